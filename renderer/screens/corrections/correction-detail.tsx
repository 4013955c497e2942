import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/calls.ts';
import type { RegisterRow } from '../../../shared/contract/register.ts';
import { receiptNumber } from '../../../shared/domain/receipt.ts';
import { errorSentence, formatTime, i18n } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { hrefOf } from '../../routes.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { visibleText } from '../../visible-text.ts';
import { auditLines } from './audit-lines.ts';
import { amountText } from './correction-cells.tsx';
import { kindName } from './kind-name.ts';

const Line = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** JSON with its own indentation; what else is blank or hidden in it is made visible. */
const indented = (json: string): string => json.replace(/^( *)(.*)$/gm, (_, blank, said) => blank + visibleText(said));

/** A row of the audit trail, with what it says when it is opened. */
const AuditRow = ({ row }: { row: CallOutput<'register.open'>['audit'][number] }) => {
  const { t } = useTranslation();
  const { seq, at, action, actor, laptop, subject, data, hash } = row;
  const lines = auditLines(data);
  return (
    <details>
      <summary>
        {t('register.auditRow', {
          seq,
          action: i18n.exists(`handover.action_${action}`) ? t(`handover.action_${action}`) : visibleText(action),
          ...{ name: visibleText(actor), laptop: visibleText(laptop), time: formatTime(at, { seconds: true }) },
        })}
      </summary>
      <p className="mono">{visibleText(subject)}</p>
      {lines === null ? (
        <pre className="correction-audit">{indented(data)}</pre>
      ) : (
        <dl className="correction-said">
          {lines.map(({ name, text, as }) => (
            <Line key={name} name={name}>
              <bdi className={as === 'code' ? 'mono' : undefined}>{text}</bdi>
            </Line>
          ))}
        </dl>
      )}
      <p className="mono quiet">{hash}</p>
      <a href={hrefOf({ screen: 'settings', section: 'audit' })}>{t('register.auditVerify')}</a>
    </details>
  );
};

/** One correction with everything that belongs to it, and the way to each. */
export const CorrectionDetail = ({ row, onClose }: { row: RegisterRow; onClose: () => void }) => {
  const { t } = useTranslation();
  const { data, error } = useLive('register.open', { operationId: row.operationId });
  const proposal = data?.proposal ?? null;
  const other = (name: string, id: string | null) =>
    id !== null && (
      <Line name={name}>
        <a href={hrefOf({ screen: 'corrections', query: `id=${row.operationId}` })}>{id}</a>
      </Line>
    );
  return (
    <article className="correction-detail stack">
      <header className="row">
        <h2>{kindName(row.kind)}</h2>
        <IconButton icon={X} label={t('register.close')} onClick={onClose} />
      </header>
      <p>
        <bdi>{visibleText(row.reason)}</bdi>
      </p>
      <div className="row">
        <Button onClick={() => openDialog({ kind: 'receipt', logId: row.logId })}>{t('register.receipt')}</Button>
      </div>
      <dl className="correction-facts">
        <Line name={t('register.column_at')}>{formatTime(row.at, { seconds: true })}</Line>
        <Line name={t('register.column_amount')}>{amountText(row.cardDeltaCents)}</Line>
        <Line name={t('register.column_ledger')}>{amountText(row.ledgerDeltaCents)}</Line>
        <Line name={t('register.card')}>
          <a href={hrefOf({ screen: 'card', cardId: row.cardId })}>
            <IdText id={row.cardId} copy={false} />
          </a>
        </Line>
        {row.place !== null && (
          <Line name={t('register.column_place')}>
            <bdi>{visibleText(row.place)}</bdi>
          </Line>
        )}
        {row.eventId !== null && (
          <Line name={t('register.alert')}>
            <a href={hrefOf({ screen: 'history', incidentId: row.eventId, query: '' })}>#{row.eventId}</a>
          </Line>
        )}
        <Line name={t('register.column_operator')}>
          <bdi>{`${visibleText(row.operator)}, ${visibleText(row.laptop)}`}</bdi>
        </Line>
        {proposal !== null && (
          <Line name={t('register.proposal')}>
            {t('register.proposedBy', { name: visibleText(proposal.author), time: formatTime(proposal.proposedAt) })}
          </Line>
        )}
        <Line name={t('register.approval')}>
          {proposal?.decidedAt
            ? t('register.approvedBy', {
                ...{ name: visibleText(proposal.decidedBy ?? ''), laptop: visibleText(proposal.decidedOn ?? '') },
                time: formatTime(proposal.decidedAt, { seconds: true }),
              })
            : visibleText(row.approver ?? t('register.alone'))}
        </Line>
        <Line name={t('register.audit')}>
          {data?.audit.length === 0 && t('register.auditNone')}
          {data?.audit.map((said) => (
            <AuditRow key={said.seq} row={said} />
          ))}
        </Line>
        <Line name={t('register.logRow')}>{`${row.logId} (${receiptNumber(row.logId)})`}</Line>
        {other(t('register.undoesOther'), row.undoes)}
        {other(t('register.undoneBy'), row.undoneBy)}
      </dl>
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
    </article>
  );
};
