import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BulkPreview, BulkRow } from '../../../shared/contract/corrections.ts';
import { addCents } from '../../../shared/domain/money.ts';
import { BULK_KINDS, type BulkKind } from '../../../shared/domain/proposal.ts';
import { submit } from '../../commands.ts';
import { errorSentence, formatMoney, formatTime } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { goTo } from '../../routes.ts';
import { useDraftText } from '../../stores/drafts.ts';
import type { OpenDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Choice, TextField } from '../../ui/field.tsx';
import { BulkList } from './bulk-list.tsx';
import './approvals.css';

export type BulkOptions = Extract<OpenDialog, { kind: 'bulk' }>;

/** All cards of an incident: every row that would be written, before a second person is asked. */
export const BulkDialog = ({ options, onClose }: { options: BulkOptions; onClose: () => void }) => {
  const { t } = useTranslation();
  const { incidentId, eventId } = options;
  const [kind, setKind] = useState<BulkKind>(options.opening === false ? 'restore_card' : 'opening_balance');
  const [reason, setReason, forget] = useDraftText(`bulk ${incidentId}`);
  const [busy, setBusy] = useState(false);
  const { data, error, isFetching, refetch } = useLive('correction.preview', { incidentId, kind }, { fixed: true });
  const preview = isFetching || error !== null ? null : (data ?? null);
  const right = preview?.rows.filter(({ code }) => code === null) ?? [];
  const propose = async () => {
    if (busy || right.length === 0 || reason.trim() === '') return;
    setBusy(true);
    const outcome = await submit(
      'correction.proposeBulk',
      { eventId, kind, reason, items: right.map(toItem) },
      { done: t('proposals.bulkProposed') },
    );
    setBusy(false);
    if (outcome === null) {
      void refetch();
      return;
    }
    forget();
    onClose();
    goTo({ screen: 'approvals' });
  };
  return (
    <Dialog title={t('proposals.bulkDialog')} onClose={onClose} wide>
      <div className="stack">
        <Choice
          label={t('correction.kind')}
          value={kind}
          options={BULK_KINDS.map((value) => ({ value, label: t(`correction.kind_${value}`) }))}
          onChange={setKind}
        />
        {isFetching && <p className="quiet">{t('common.loading')}</p>}
        {!isFetching && error !== null && <p role="alert">{errorSentence(error)}</p>}
        {preview !== null && <Preview preview={preview} right={right} />}
        <TextField
          label={t('correction.note')}
          value={reason}
          hint={t('correction.noteHint')}
          maxLength={2_000}
          onChange={(event) => setReason(event.target.value)}
        />
        <p className="quiet">{t('proposals.bulkText')}</p>
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button onClick={() => void refetch()}>{t('correction.recompute')}</Button>
          <Button
            tone="primary"
            large
            disabled={busy || right.length === 0 || reason.trim() === ''}
            onClick={() => void propose()}
          >
            {t('proposals.askForAll', { count: right.length })}
          </Button>
        </DialogFoot>
      </div>
    </Dialog>
  );
};

const Preview = ({ preview, right }: { preview: BulkPreview; right: readonly BulkRow[] }) => {
  const { t } = useTranslation();
  return (
    <>
      <p role="status">
        {t('proposals.total', {
          count: right.length,
          card: formatMoney(addCents(...right.map(({ cardDeltaCents }) => cardDeltaCents)), { signed: true }),
          ledger: formatMoney(addCents(...right.map(({ ledgerDeltaCents }) => ledgerDeltaCents)), { signed: true }),
          refused: preview.rows.length - right.length,
          time: formatTime(preview.at, { seconds: true }),
        })}
        {preview.left > 0 && ` ${t('proposals.beyond', { count: preview.left })}`}
      </p>
      <BulkList
        lines={preview.rows.map((row) => ({
          cardId: row.cardId,
          eventId: row.eventId,
          actual: row.actualCents,
          expected: row.expectedCents,
          cardDelta: row.cardDeltaCents,
          ledgerDelta: row.ledgerDeltaCents,
          note:
            row.code === null
              ? t('proposals.willBe')
              : errorSentence({ code: `correction_${row.code}`, params: { name: '' } }),
          tone: row.code === null ? 'plain' : 'bad',
        }))}
      />
    </>
  );
};

const toItem = (row: BulkRow) => ({
  cardId: row.cardId,
  eventId: row.eventId,
  cardDeltaCents: row.cardDeltaCents,
  ledgerDeltaCents: row.ledgerDeltaCents,
  seenActualCents: row.actualCents,
  seenExpectedCents: row.expectedCents,
});
