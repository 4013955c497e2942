import { beforeAll, describe, expect, it } from 'vitest';
import { cardIdReadings } from '../../../shared/domain/card-id.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { findCards } from './find-cards.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query(`insert into table_cards (id) select unnest($1::text[])`, [
    ['04A1B2C3D4', '04a1b2c3d4', '04:99:88:77', '99_8877', '99%8877', 'x 04A1', 'aBcD-17'],
  ]);
  return () => database.close();
});

const find = (read: string) => findCards(database.festival, cardIdReadings(read));

describe('cards that an id may mean', () => {
  it('are those that it is in another form, the nearest first', async () => {
    expect(await find('04-A1-b2-C3-d4')).toEqual({ same: ['04A1B2C3D4', '04a1b2c3d4'], ending: [] });
    expect(await find('04998877')).toEqual({ same: ['04:99:88:77'], ending: [] });
    // No variant of it has this mixture of cases.
    expect(await find('abcd17')).toEqual({ same: ['aBcD-17'], ending: [] });
  });

  it('are those that end like it, from four characters on', async () => {
    expect(await find('C3D4')).toEqual({ same: [], ending: ['04A1B2C3D4', '04a1b2c3d4'] });
    expect(await find('3D4')).toEqual({ same: [], ending: [] });
  });

  it('know no wildcard', async () => {
    expect(await find('9_8877')).toEqual({ same: [], ending: ['99_8877'] });
    expect((await find('9%8877')).ending).toEqual(['99%8877']);
  });
});
