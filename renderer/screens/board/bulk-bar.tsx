import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { moneyAtRisk } from '../../../shared/domain/losses.ts';
import { acknowledge, mergeRows, openReasonForRows, take } from '../../features/alert/actions.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { formatMoney } from '../../i18n.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { BoardRow } from './rows.ts';

/** What can be done with all selected rows at once, in the place of the toolbar: nothing below it moves. */
export const BulkBar = ({ rows, onClear }: { rows: readonly BoardRow[]; onClear: () => void }) => {
  const { t } = useTranslation();
  const amount = moneyAtRisk(rows.flatMap(({ alert, repeats }) => [alert, ...repeats]));
  const count = rows.length;
  return (
    <section className="board-toolbar board-bulk" aria-label={t('board.bulk')}>
      <strong>
        {t('board.selected', { count })}
        {amount > 0 && ` · ${formatMoney(amount)}`}
      </strong>
      <CommandButton
        needs="alerts.acknowledge"
        tone="primary"
        onClick={() => void acknowledge(rows).then((done) => done && onClear())}
        aria-keyshortcuts="a"
      >
        {t('alert.acknowledge')}
      </CommandButton>
      <CommandButton
        needs="alerts.take"
        aria-keyshortcuts="t"
        onClick={() => void take(rows).then((done) => done && onClear())}
      >
        {t('alert.take')}
      </CommandButton>
      <CommandButton needs="alerts.snooze" onClick={() => openReasonForRows('snooze', rows, onClear)}>
        {t('alert.snooze')}
      </CommandButton>
      {count > 1 && (
        <CommandButton needs="alerts.merge" onClick={() => void mergeRows(rows).then(onClear)}>
          {t('board.mergeSelected')}
        </CommandButton>
      )}
      <CommandButton needs="alerts.resolve" onClick={() => openReasonForRows('resolve', rows, onClear)}>
        {t('alert.resolve')}
      </CommandButton>
      <span className="board-toolbar-space" />
      <IconButton icon={X} label={t('board.clear')} onClick={onClear} />
    </section>
  );
};
