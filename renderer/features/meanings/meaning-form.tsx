import { useTranslation } from 'react-i18next';
import type { MeaningPreview, TransactionWord } from '../../../shared/contract/words.ts';
import { meaningsOf } from '../../../shared/domain/transaction-words.ts';
import { errorSentence, formatMoney } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { useMeaning } from './use-meaning.ts';
import './meanings.css';

type AskedWord = Pick<TransactionWord, 'kind' | 'word' | 'meaning' | 'version'>;

/** What a word of the log means for money: the choices, what each would do to today’s mismatches, and Save. */
export const MeaningForm = ({ word }: { word: AskedWord }) => {
  const { t } = useTranslation();
  const { meaning, choose, trial, tryIt, save, sending, tried } = useMeaning(word);
  const { kind } = word;
  return (
    <div className="stack">
      <fieldset className="stack meaning-choices">
        <legend>{t(`meanings.askText_${kind}`)}</legend>
        {meaningsOf(kind).map((one) => (
          <label key={one}>
            <input
              type="radio"
              name={`meaning-${kind}-${word.word}`}
              checked={meaning === one}
              onChange={() => choose(one)}
            />{' '}
            {t(`meanings.means_${one}`)}
          </label>
        ))}
      </fieldset>
      <div role="status">
        {trial.state === 'running' && <p className="quiet">{t('meanings.trying')}</p>}
        {trial.state === 'failed' && <p role="alert">{errorSentence(trial.error)}</p>}
        {trial.state === 'done' && <Preview preview={trial.preview} />}
      </div>
      <div className="row">
        <Button disabled={meaning === null || trial.state === 'running'} onClick={() => void tryIt()}>
          {t('meanings.try')}
        </Button>
        <CommandButton
          needs="transactionMeanings.set"
          tone="primary"
          disabled={!tried || sending || meaning === word.meaning}
          onClick={() => void save(meaning)}
        >
          {t('meanings.save')}
        </CommandButton>
        {word.version > 0 && (
          <CommandButton needs="transactionMeanings.set" disabled={sending} onClick={() => void save(null)}>
            {t('meanings.forget')}
          </CommandButton>
        )}
        {!tried && meaning !== null && meaning !== word.meaning && (
          <span className="quiet">{t('meanings.tryFirst')}</span>
        )}
      </div>
    </div>
  );
};

const Preview = ({ preview }: { preview: MeaningPreview }) => {
  const { t } = useTranslation();
  const { rows, rowsCents, explained, remaining, added } = preview;
  return (
    <ul>
      <li>{t('meanings.tried', { count: rows, amount: formatMoney(rowsCents) })}</li>
      <li>
        {t('meanings.explained', { count: explained.cards, amount: formatMoney(explained.cents) })}{' '}
        {t('meanings.remaining', { count: remaining.cards, amount: formatMoney(remaining.cents) })}
      </li>
      {added.cards > 0 && (
        <li>
          <strong>{t('meanings.added', { count: added.cards, amount: formatMoney(added.cents) })}</strong>
        </li>
      )}
    </ul>
  );
};
