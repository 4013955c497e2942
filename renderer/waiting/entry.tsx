import { useTranslation } from 'react-i18next';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { cents } from '../../shared/domain/money.ts';
import { formatMoney, formatTime, i18n } from '../i18n.ts';

export const wordsOf = ({ input }: OutboxEntry): string =>
  [input.text, input.note, input.reason].find((value) => typeof value === 'string')?.toString() ?? '';

const amountOf = ({ input }: OutboxEntry): string => {
  const [card, ledger] = [input.cardDeltaCents, input.ledgerDeltaCents];
  if (typeof card !== 'number' || typeof ledger !== 'number') return '';
  return formatMoney(cents(card === 0 ? ledger : card), { signed: true });
};

/** What the operator wanted, in one plain sentence. */
export const Wanted = ({ entry }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  const key = `waiting.wanted_${entry.command.replace('.', '_')}`;
  return (
    <>
      {i18n.exists(key)
        ? t(key, {
            words: wordsOf(entry),
            amount: amountOf(entry),
            card: entry.cardId ?? '',
            step: String(entry.input.stepId ?? ''),
          })
        : t('waiting.wanted_other', { command: entry.command })}
    </>
  );
};

/** Who gave it, where and when. */
export const Given = ({ entry: { author } }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  return (
    <>
      {t('waiting.given', {
        name: author.operator,
        laptop: author.laptop,
        time: formatTime(author.at, { seconds: true }),
      })}
    </>
  );
};
