import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegieError } from '../../../shared/contract/errors.ts';
import type { MeaningPreview, TransactionWord } from '../../../shared/contract/words.ts';
import type { Meaning } from '../../../shared/domain/transaction-words.ts';
import { newOperationId } from '../../bridge.ts';
import { callSigned, submit } from '../../commands.ts';
import { refetchCall } from '../../query.ts';
import { wordText } from '../../sentence.ts';

type Trial =
  | { readonly state: 'none' | 'running' }
  | { readonly state: 'done'; readonly meaning: Meaning; readonly preview: MeaningPreview }
  | { readonly state: 'failed'; readonly error: RegieError };

/** A meaning of a word: chosen, tried on the log, and only then saved. */
export const useMeaning = (word: Pick<TransactionWord, 'kind' | 'word' | 'meaning' | 'version'>) => {
  const { t } = useTranslation();
  const [meaning, setMeaning] = useState(word.meaning);
  const [trial, setTrial] = useState<Trial>({ state: 'none' });
  const [sending, setSending] = useState(false);
  const [operationId, setOperationId] = useState(newOperationId);
  const { kind } = word;
  const choose = (chosen: Meaning) => {
    setMeaning(chosen);
    setTrial({ state: 'none' });
    setOperationId(newOperationId());
  };
  const tryIt = async () => {
    if (meaning === null) return;
    setTrial({ state: 'running' });
    const answer = await callSigned('transactionWords.preview', { kind, word: word.word, meaning });
    setTrial(answer.ok ? { state: 'done', meaning, preview: answer.value } : { state: 'failed', error: answer.error });
  };
  const save = async (saved: Meaning | null) => {
    setSending(true);
    await submit(
      'transactionMeanings.set',
      { operationId, kind, word: word.word, meaning: saved, base: word.version },
      { done: t(saved === null ? 'meanings.forgotten' : 'meanings.done', { word: wordText(word.word) }) },
    );
    setOperationId(newOperationId());
    setTrial({ state: 'none' });
    await refetchCall('transactionWords.look');
    setSending(false);
  };
  return { meaning, choose, trial, tryIt, save, sending, tried: trial.state === 'done' && trial.meaning === meaning };
};
