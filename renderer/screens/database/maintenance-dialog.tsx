import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RelationTarget } from '../../../shared/domain/database-panel.ts';
import { type Maintenance, maintenanceStatement } from '../../../shared/domain/maintenance.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence, formatDuration } from '../../i18n.ts';
import { refetchCall } from '../../query.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Choice, Field } from '../../ui/field.tsx';

/** The guide's own values. */
const FIRST_VALUE: Readonly<Partial<Record<Maintenance['kind'], number>>> = { fillfactor: 85, max_connections: 200 };

type By = 'console' | 'administrator';

/**
 * Maintenance with what it does, the statement to copy, and who does it. An administrator's password is typed for this once:
 * it goes with the dialog.
 */
export const MaintenanceDialog = (props: {
  kind: Maintenance['kind'];
  relation: RelationTarget | null;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { kind, onClose } = props;
  const [relation] = useState(props.relation);
  const [typed, setTyped] = useState(String(FIRST_VALUE[kind] ?? ''));
  const needsAdministrator = kind === 'fillfactor' || kind === 'max_connections';
  const [by, setBy] = useState<By>(needsAdministrator ? 'administrator' : 'console');
  const [user, setUser] = useState('postgres');
  const [password, setPassword] = useState('');
  const [running, setRunning] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const value = FIRST_VALUE[kind] === undefined ? null : /^\d{1,5}$/.test(typed) ? Number(typed) : Number.NaN;
  const wanted = { kind, relation, value };
  const complete = !Number.isNaN(value) && (by === 'console' || user !== '');

  const run = async () => {
    setRunning(true);
    setRefused(null);
    const answer = await callSigned('database.maintain', {
      ...wanted,
      administrator: by === 'console' ? null : { user, password },
    });
    setRunning(false);
    void Promise.all([refetchCall('database.look'), refetchCall('database.runs')]);
    if (!answer.ok) {
      setRefused(errorSentence(answer.error));
      return;
    }
    showToast(t(`database.done_maintenance`, { time: formatDuration(answer.value.durationMs) }), 'good');
    onClose();
  };
  return (
    <Dialog title={t(`database.title_${kind}`, { name: relation?.name ?? '' })} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <p>{t(`database.explain_${kind}`)}</p>
        {value !== null && (
          <Field
            label={t('database.value')}
            inputMode="numeric"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {complete && <CopiedText text={maintenanceStatement(wanted)} />}
        <Choice<By>
          label={t('database.by')}
          value={by}
          options={(needsAdministrator ? (['administrator'] as const) : (['console', 'administrator'] as const)).map(
            (one) => ({ value: one, label: t(`database.by_${one}`) }),
          )}
          onChange={setBy}
        />
        {by === 'administrator' && (
          <>
            <Field label={t('settings.user')} value={user} onChange={(event) => setUser(event.target.value)} />
            <Field
              label={t('settings.password')}
              type="password"
              autoComplete="off"
              hint={t('database.once')}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </>
        )}
        {refused !== null && <p role="alert">{refused}</p>}
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="primary" disabled={!complete || running}>
            {running ? t('database.running') : t(`database.do_${kind}`)}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
