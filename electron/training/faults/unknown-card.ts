import { cents } from '../../../shared/domain/money.ts';
import { expected, FaultImpossible } from '../fault.ts';
import { writeForeign } from '../field.ts';
import { BARS, cardIds } from '../world.ts';
import type { Fault } from './kit.ts';

export const unknownCard: Fault = ({ database, random, traffic, withoutCard }) => {
  const [cardId] = cardIds(random, 1);
  if (cardId === undefined || traffic.book().find(cardId)) throw new FaultImpossible('no id is free');
  return withoutCard('unknown_card', cardId, async () => {
    const place = random.pick(BARS).name;
    const row = await database.write((tx) =>
      writeForeign(tx, { cardId, type: 'bar_order', amount: cents(300), balance: cents(2_000), place }),
    );
    traffic.count(row, { failed: false });
    return { about: null, at: row.at, logIds: [row.logId], expects: [expected('unknown_card', { id: cardId })] };
  });
};
