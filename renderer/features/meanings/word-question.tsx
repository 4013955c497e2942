import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { wordOfAlert } from '../../../shared/domain/transaction-words.ts';
import { errorSentence } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { wordText } from '../../sentence.ts';
import { MeaningForm } from './meaning-form.tsx';

/** On an alert about a word of the log: what does it mean? */
export const WordQuestion = ({ alert }: { alert: Alert }) => {
  const asked = wordOfAlert(alert.lead.algorithm, alert.lead.facts);
  return asked === undefined || !alert.open ? null : <Question key={asked.word} {...asked} />;
};

const Question = ({ kind, word }: NonNullable<ReturnType<typeof wordOfAlert>>) => {
  const { t } = useTranslation();
  const { data, error } = useLive('transactionWords.look', {});
  const known = data?.words.find((one) => one.kind === kind && one.word === word);
  return (
    <section className="stack" aria-labelledby="word-question">
      <h3 id="word-question">{t('meanings.ask', { word: wordText(word) })}</h3>
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
      {data !== undefined && (
        <MeaningForm
          // A meaning that somebody has just saved is what the form begins with.
          key={known?.version ?? 0}
          word={known ?? { kind, word, meaning: null, version: 0 }}
        />
      )}
      {data?.recounting && <p className="quiet">{t('meanings.recounting')}</p>}
    </section>
  );
};
