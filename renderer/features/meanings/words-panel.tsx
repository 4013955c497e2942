import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TransactionWord } from '../../../shared/contract/words.ts';
import { errorSentence, formatMoney, formatNumber } from '../../i18n.ts';
import { useCall, useLive } from '../../query.ts';
import { wordText } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../visible-text.ts';
import { MeaningForm } from './meaning-form.tsx';

const keyOf = ({ kind, word }: TransactionWord): string => `${kind} ${word}`;

/** The words of the festival’s log beside the usual ones; choosing one opens what it means. */
export const WordsPanel = () => {
  const { t } = useTranslation();
  const { data: cached } = useCall('transactionWords.get', {});
  const { data: live, error, refetch } = useLive('transactionWords.look', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const found = live ?? cached ?? null;
  const word = found?.words.find((one) => keyOf(one) === chosen);
  return (
    <section className="panel stack" aria-labelledby="words">
      <h2 id="words">{t('meanings.title')}</h2>
      <p className="quiet">{t('meanings.text')}</p>
      {error !== null && (
        <div className="row">
          <p role="alert">
            {t('meanings.unavailable')} {errorSentence(error)}
          </p>
          <Button onClick={() => void refetch()}>{t('thresholds.again')}</Button>
        </div>
      )}
      {found?.recounting && <p>{t('meanings.recounting')}</p>}
      {found === null ? (
        error === null && <p className="quiet">{t('common.loading')}</p>
      ) : found.words.length === 0 ? (
        <p className="quiet">{t('meanings.none')}</p>
      ) : (
        <WordTable words={found.words} chosen={chosen} onChoose={setChosen} />
      )}
      {word?.own && (
        <section className="stack" aria-labelledby="word-chosen">
          <h3 id="word-chosen">{t('meanings.ask', { word: wordText(word.word) })}</h3>
          <MeaningForm key={`${keyOf(word)} ${word.version}`} word={word} />
        </section>
      )}
    </section>
  );
};

const WordTable = (props: {
  words: readonly TransactionWord[];
  chosen: string | null;
  onChoose: (key: string | null) => void;
}) => {
  const { t } = useTranslation();
  const { words, chosen, onChoose } = props;
  return (
    <div className="scroll-x">
      <table>
        <thead>
          <tr>
            <th>{t('meanings.word')}</th>
            <th>{t('meanings.kind')}</th>
            <th className="number">{t('meanings.rows')}</th>
            <th className="number">{t('meanings.amount')}</th>
            <th>{t('meanings.first')}</th>
            <th>{t('meanings.last')}</th>
            <th>{t('meanings.example')}</th>
            <th>{t('meanings.meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {words.map((one) => (
            <tr key={keyOf(one)}>
              <td>
                <Word
                  word={one}
                  open={keyOf(one) === chosen}
                  onChoose={() => onChoose(keyOf(one) === chosen ? null : keyOf(one))}
                />
              </td>
              <td>{t(`meanings.kind_${one.kind}`)}</td>
              <td className="number">{formatNumber(one.count)}</td>
              <td className="number">{formatMoney(one.amountCents)}</td>
              <td>{one.firstAt === null ? '–' : <Time at={one.firstAt} />}</td>
              <td>{one.lastAt === null ? '–' : <Time at={one.lastAt} />}</td>
              <td className="mono">{one.example ?? '–'}</td>
              <td>
                {one.meaning === null ? <strong>{t('meanings.unknown')}</strong> : t(`meanings.short_${one.meaning}`)}
                {one.changedAt !== null && (
                  <span className="quiet">
                    {' '}
                    ({t('meanings.by', { name: one.changedBy ?? '–' })}
                    <Time at={one.changedAt} />)
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const Word = ({ word, open, onChoose }: { word: TransactionWord; open: boolean; onChoose: () => void }) => {
  const { t } = useTranslation();
  const name = wordText(word.word);
  const others = word.spellings.filter((spelling) => spelling !== word.word);
  const title =
    others.length === 0
      ? visibleText(word.word) || undefined
      : t('meanings.written', { spellings: others.map(visibleText).join(', ') });
  return word.own ? (
    <Button tone="quiet" className="mono" aria-expanded={open} title={title} onClick={onChoose}>
      {name}
    </Button>
  ) : (
    <span className="mono" title={title}>
      {name}
    </span>
  );
};
