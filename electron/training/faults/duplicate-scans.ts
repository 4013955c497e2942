import { subtractCents } from '../../../shared/domain/money.ts';
import { expected } from '../fault.ts';
import { lockCard, writeOrder, writeScan } from '../field.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

export const duplicateScans: Fault = ({ basketFor, database, onCard, pause, planner, random, scanMs, traffic }) =>
  onCard(
    'duplicate_scans',
    (card) => card.balance >= 800,
    async (card) => {
      const counter = planner.counterAt(BARS);
      const logged = await database.write(async (tx) => {
        const previous = await lockCard(tx, card.id);
        const basket = basketFor(previous);
        const next = subtractCents(previous, basket.total);
        card.balance = next;
        return writeOrder(tx, {
          ...{ cardId: card.id, counter, basket, scanMs: scanMs() },
          ...{ status: 'completed', previous, next, card: next },
        });
      });
      traffic.count(logged, { failed: false });
      let at = logged.at;
      for (let more = random.between(1, 3); more > 0; more -= 1) {
        await pause(random.between(250, 900));
        at = await database.write((tx) =>
          writeScan(tx, { cardId: card.id, counter, status: 'success', scanMs: scanMs() }),
        );
      }
      return {
        amountCents: null,
        logIds: [logged.logId],
        at,
        expects: [expected('temporal_duplicate_detection', card)],
      };
    },
  );
