import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rowId } from '../../shared/domain/row-id.ts';
import { answerSignIn, askSignIn, closeDialog, forgetFestival, openDialog, showToast, useUi } from './ui.ts';

const state = () => useUi.getState();

beforeEach(() => {
  vi.useFakeTimers();
  useUi.setState(useUi.getInitialState());
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a dialog', () => {
  it('that ends late closes no other one that was opened meanwhile', () => {
    openDialog({ kind: 'note', eventId: rowId(1) });
    const first = state().dialog;
    openDialog({ kind: 'note', eventId: rowId(1) });
    if (first !== null) closeDialog(first);
    expect(state().dialog).toEqual({ kind: 'note', eventId: '1' });
    expect(state().dialogNumber).toBe(2);
  });
});

describe('the question who is there', () => {
  it('that was closed leaves the console to be viewed; once somebody has signed in it is asked again when nobody is', () => {
    answerSignIn(false);
    expect(state().viewOnly).toBe(true);
    answerSignIn(true);
    expect(state().viewOnly).toBe(false);
  });

  it('is answered with no when it is asked once more, and when another festival is opened', async () => {
    const first = askSignIn();
    const second = askSignIn();
    expect(await first).toBe(false);
    answerSignIn(false);
    expect(await second).toBe(false);
    const third = askSignIn();
    forgetFestival();
    expect(await third).toBe(false);
    expect(state().signInRequest).toBeNull();
  });
});

describe('another festival', () => {
  it('leaves neither a dialog nor an undo nor the wish to view only', () => {
    answerSignIn(false);
    openDialog({ kind: 'receipt', logId: rowId(3) });
    showToast('Acknowledged.', 'good', () => undefined);
    forgetFestival();
    expect(state()).toMatchObject({ dialog: null, toasts: [], viewOnly: false });
  });
});

describe('messages', () => {
  it('are all there for their eight seconds, however many come: each may have something to undo', () => {
    for (let count = 0; count < 6; count += 1) showToast('Acknowledged.', 'good', () => undefined);
    vi.advanceTimersByTime(7_999);
    expect(state().toasts).toHaveLength(6);
    vi.advanceTimersByTime(1);
    expect(state().toasts).toEqual([]);
  });
});
