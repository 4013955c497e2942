import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/calls.ts';
import type { CarriedChange } from '../../../shared/contract/carried.ts';
import { cents } from '../../../shared/domain/money.ts';
import { base64Of } from '../../base64.ts';
import { newOperationId } from '../../bridge.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence, formatMoney, formatTime, i18n } from '../../i18n.ts';
import { detectorName, thresholdName } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Field, FileField } from '../../ui/field.tsx';
import { CommandButton } from '../operators/command-button.tsx';

type Opened = {
  readonly content: string;
  readonly passphrase: string | null;
  /** Made once for what is meant: however often it is asked for, each change is made once. */
  readonly importId: string;
  readonly preview: CallOutput<'carried.preview'>;
};
type Results = CallOutput<'carried.import'>['results'];

/** A file of another festival's settings: what it would change is shown first, and chosen. */
export const ImportSettings = () => {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [opened, setOpened] = useState<Opened | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const open = async (chosen: File) => {
    setBusy(true);
    setOpened(null);
    const content = base64Of(new Uint8Array(await chosen.arrayBuffer()));
    const asked = { content, passphrase: passphrase === '' ? null : passphrase };
    const answer = await callSigned('carried.preview', asked);
    setBusy(false);
    setError(answer.ok ? '' : errorSentence(answer.error));
    if (answer.ok) setOpened({ ...asked, importId: newOperationId(), preview: answer.value });
  };
  return (
    <div className="stack">
      <form
        className="stack"
        aria-label={t('carried.import')}
        onSubmit={(event) => {
          event.preventDefault();
          if (file !== null && !busy) void open(file);
        }}
      >
        <h3>{t('carried.import')}</h3>
        <FileField
          label={t('carried.file')}
          choose={t('carried.choose')}
          none={t('carried.none')}
          file={file}
          onChange={(chosen) => {
            setFile(chosen);
            setOpened(null);
          }}
        />
        <Field
          label={t('carried.passphraseOf')}
          type="password"
          autoComplete="off"
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        <div>
          <CommandButton needs="carried.import" type="submit" disabled={file === null || busy}>
            {t('carried.preview')}
          </CommandButton>
        </div>
        <p role="status">{error}</p>
      </form>
      {opened !== null && <Changes key={opened.importId} opened={opened} />}
    </div>
  );
};

const Changes = ({ opened }: { opened: Opened }) => {
  const { t } = useTranslation();
  const { preview, importId, content, passphrase } = opened;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [results, setResults] = useState<Results | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const ids = preview.changes.map(({ id }) => id).filter((id) => !left.has(id));
  const make = async () => {
    setBusy(true);
    const answer = await callSigned('carried.import', { content, passphrase, importId, ids });
    setBusy(false);
    if (answer.ok) setResults(answer.value.results);
    setError(answer.ok ? '' : errorSentence(answer.error));
  };
  const leave = (id: string, out: boolean) => {
    const next = new Set(left);
    if (out) next.add(id);
    else next.delete(id);
    setLeft(next);
  };
  return (
    <section className="stack" aria-labelledby="carried-changes">
      <h3 id="carried-changes">{t('carried.changes')}</h3>
      <p className="quiet">
        {t(preview.festival === '' ? 'carried.fromTraining' : 'carried.from', {
          ...{ festival: preview.festival, time: formatTime(preview.writtenAt) },
        })}{' '}
        {t(preview.secrets ? 'carried.withSecrets' : 'carried.withoutSecrets')}
      </p>
      {preview.changes.length === 0 && <p>{t('carried.nothing')}</p>}
      <ul className="carried-changes">
        {preview.changes.map((change) => (
          <li key={change.id} className="stack">
            <label className="check">
              <input
                type="checkbox"
                checked={!left.has(change.id)}
                disabled={busy || results !== null}
                onChange={(event) => leave(change.id, !event.target.checked)}
              />
              <strong>{nameOf(change)}</strong>
              <Outcome id={change.id} results={results} />
            </label>
            <Rows change={change} />
          </li>
        ))}
      </ul>
      {preview.refused.length > 0 && (
        <>
          <h3>{t('carried.refused')}</h3>
          <ul className="carried-refused">
            {preview.refused.map((one) => (
              <li key={`${one.part} ${one.subject}`}>
                {t('common.label', { label: nameOf(one) })} {errorSentence(one.error)}
              </li>
            ))}
          </ul>
        </>
      )}
      {preview.changes.length > 0 && results === null && (
        <div>
          <Button tone="primary" disabled={busy || ids.length === 0} onClick={() => void make()}>
            {t('carried.apply', { count: ids.length })}
          </Button>
        </div>
      )}
      <p role="status">{error}</p>
    </section>
  );
};

const nameOf = ({ part, subject }: Pick<CarriedChange, 'part' | 'subject'>): string => {
  const name = i18n.t(`carried.part_${part}`);
  if (subject === '') return name;
  return `${name} · ${part === 'thresholds' ? detectorName(subject) : subject}`;
};

const Outcome = ({ id, results }: { id: string; results: Results | null }) => {
  const { t } = useTranslation();
  const result = results?.find(({ ids }) => ids.includes(id));
  if (result === undefined) return null;
  const { outcome, error } = result;
  if (outcome === 'refused') {
    return <span className="field-error">{error === null ? '' : errorSentence(error)}</span>;
  }
  return <span className="state state-good">{t(`carried.${outcome}`)}</span>;
};

const Rows = ({ change }: { change: CarriedChange }) => {
  const { t } = useTranslation();
  const shown = (value: string | number | null, kind: 'text' | 'money'): string =>
    value === null || value === ''
      ? t('carried.unset')
      : kind === 'money'
        ? formatMoney(cents(Number(value)))
        : String(value);
  return (
    <table className="carried-rows">
      <thead className="visually-hidden">
        <tr>
          <th>{t('carried.what')}</th>
          <th>{t('carried.before')}</th>
          <th>{t('carried.after')}</th>
        </tr>
      </thead>
      <tbody>
        {change.rows.map(({ field, kind, before, after }) => (
          <tr key={field}>
            <th scope="row">
              {change.part === 'thresholds'
                ? thresholdName(field)
                : i18n.exists(`carried.field_${field}`)
                  ? t(`carried.field_${field}`)
                  : field}
            </th>
            <td>{shown(before, kind)}</td>
            <td>
              <span aria-hidden="true">→ </span>
              {shown(after, kind)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
