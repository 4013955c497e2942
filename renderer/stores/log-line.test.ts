import { beforeEach, expect, it } from 'vitest';
import { changeDraft, EMPTY_DRAFT, hasLeft, leaveLine, useLogLine } from './log-line.ts';

const state = () => useLogLine.getState();
const written = { ...EMPTY_DRAFT, text: 'queue at bar 3' };
beforeEach(() => useLogLine.setState(useLogLine.getInitialState()));

it('a line that was written is free at once, and stays in sight until it is an entry', () => {
  changeDraft({ text: written.text });
  leaveLine('one', written);
  expect([state().draft, state().leaving?.draft]).toEqual([EMPTY_DRAFT, written]);
  hasLeft('another');
  expect(state().leaving).not.toBeNull();
  hasLeft('one');
  expect(state().leaving).toBeNull();
});

it('whoever goes on writing has an empty line', () => {
  leaveLine('one', written);
  changeDraft({ text: 'n' });
  expect([state().draft.text, state().leaving]).toEqual(['n', null]);
});

it('what has pictures or further fields goes at once', () => {
  const attachment = { sha256: 'a', name: 'gate.png', type: 'image/png', bytes: 1 } as const;
  leaveLine('one', { ...written, attachments: [attachment] });
  expect(state().leaving).toBeNull();
  useLogLine.setState({ more: true });
  leaveLine('two', written);
  expect([state().leaving, state().more]).toEqual([null, false]);
});
