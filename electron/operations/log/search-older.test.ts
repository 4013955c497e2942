import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { anEntry } from '../../testing/log-entries.ts';
import { submitTo } from '../../testing/submit.ts';
import { searchOlder } from './search-older.ts';

type Asked = Parameters<typeof searchOlder>[1];

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());
const submit = submitTo(() => database.festival);

it('finds what is older than the copy by its words, wherever they stand, and with what was said of it later', async () => {
  const entryId = uuid();
  await submit('log.write', anEntry({ operationId: entryId, text: '50 % of the tills at bar_3', tags: ['payment'] }));
  await submit('log.strike', { entryId, clockOffsetMs: null, laptopNumber: 2, text: 'two of them' });
  await submit('log.write', anEntry({ text: 'queue at the gate', place: 'North', laptopNumber: 3 }), 'Noé');
  await submit('log.write', anEntry({ text: 'in the copy', laptopNumber: 4 }));
  const ALL: Asked = { words: '', kind: null, tag: null, author: null, place: null };
  const texts = async (filter: Partial<Asked>) =>
    (await searchOlder(database.festival, { ...ALL, ...filter }, 4)).map(({ text }) => text);
  expect(await texts({})).toEqual(['queue at the gate', '50 % of the tills at bar_3']);
  expect(await texts({ words: 'GATE queue north' })).toEqual(['queue at the gate']);
  expect(await texts({ words: '50 % bar_3' })).toEqual(['50 % of the tills at bar_3']);
  expect(await texts({ words: 'a_e' })).toEqual([]);
  expect(await texts({ words: 'booth-1·3' })).toEqual(['queue at the gate']);
  expect(await texts({ tag: 'payment' })).toEqual(['50 % of the tills at bar_3']);
  expect(await texts({ author: 'Noé', place: 'North' })).toEqual(['queue at the gate']);
  const [line] = await searchOlder(database.festival, { ...ALL, words: 'tills' }, 4);
  expect(line).toMatchObject({ entryId, later: [{ act: 'struck', text: 'two of them' }] });
});

it('finds a card whichever way its id was written and is typed', async () => {
  await submit('log.write', anEntry({ text: 'card 04A1 B2C3 D4 given back' }));
  await submit('log.write', anEntry({ text: '04A1B2C3D4 is blocked', laptopNumber: 2 }));
  await submit('log.write', anEntry({ text: 'another one', laptopNumber: 3 }));
  for (const words of ['04a1 b2c3 d4', '04A1B2C3D4']) {
    const filter = { words, kind: null, tag: null, author: null, place: null };
    const found = await searchOlder(database.festival, filter, 4);
    expect(found.map(({ text }) => text)).toEqual(['04A1B2C3D4 is blocked', 'card 04A1 B2C3 D4 given back']);
    expect(await searchOlder(database.festival, { ...filter, words: `${words} blocked` }, 4)).toHaveLength(1);
  }
});
