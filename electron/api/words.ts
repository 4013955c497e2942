import { answered } from '../../shared/contract/errors.ts';
import { transactionWordCalls } from '../../shared/contract/words.ts';
import { previewMeaning } from '../engine/backtest/meaning-preview.ts';
import { readTransactionWords } from '../operations/monitoring/transaction-words.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const transactionWordHandlers = (parts: Parts): HandlersOf<typeof transactionWordCalls> => ({
  'transactionWords.get': () =>
    answered(
      parts.festival().cache.get('transaction-words', transactionWordCalls['transactionWords.look'].output) ?? null,
    ),
  'transactionWords.look': () =>
    whenReachable(parts, async () => {
      const { database, cache } = parts.festival();
      const words = await readTransactionWords(database);
      cache.set('transaction-words', words);
      return answered(words);
    }),
  'transactionWords.preview': (proposed) =>
    whenReachable(parts, async () => answered(await previewMeaning(parts.festival().database, proposed))),
});
