import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/calls.ts';
import type { MadeReport, SignedReport } from '../../../shared/contract/reports.ts';
import { LANGUAGES, type Language } from '../../../shared/domain/language.ts';
import { REPORT_KINDS, type ReportKind } from '../../../shared/domain/report.ts';
import { REPORT_FORMATS, type ReportFormat } from '../../../shared/domain/report-format.ts';
import { bytesOf } from '../../base64.ts';
import { call } from '../../bridge.ts';
import { callSigned, submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence, formatTime, i18n } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { saveFile } from '../../save-file.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Progress } from '../../ui/progress.tsx';
import { WhenField } from '../../ui/when-field.tsx';
import './reports-screen.css';

type Reports = CallOutput<'reports.get'>;

/** Reports: a new one, those of this laptop, and those that were signed on others. */
export const ReportsScreen = () => {
  const { t } = useTranslation();
  const { data } = useCall('reports.get', {});
  if (data === undefined) return <p className="screen quiet">{t('common.loading')}</p>;
  const elsewhere = data.signed.filter(({ sha256 }) => !data.made.some((one) => one.sha256 === sha256));
  return (
    <div className="screen stack">
      <h1>{t('reports.title')}</h1>
      <p className="quiet">{t('reports.text')}</p>
      <NewReport progress={data.progress} />
      <MadeReports made={data.made} signed={data.signed} folder={data.folder} />
      {elsewhere.length > 0 && (
        <section className="panel stack" aria-labelledby="reports-elsewhere">
          <h2 id="reports-elsewhere">{t('reports.elsewhere')}</h2>
          <ul className="stack">
            {elsewhere.map((report) => (
              <li key={report.sha256} className="row">
                <strong>{t(`reports.kind_${report.kind}`)}</strong>
                <Period {...report} />
                <Signature signed={report} />
                <span className="quiet">{report.signature.laptop}</span>
                <span className="mono quiet">{report.sha256.slice(0, 16)}…</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
};

const NewReport = ({ progress }: Pick<Reports, 'progress'>) => {
  const { t } = useTranslation();
  const online = useSystem((state) => state.status?.link.state === 'online');
  const [kind, setKind] = useState<ReportKind>('final');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    const answer = await callSigned('report.make', { kind, from: from || null, to: to || null });
    setBusy(false);
    if (answer.ok) showToast(t('reports.made'), 'good');
    else showToast(errorSentence(answer.error), 'bad');
  };
  return (
    <section className="panel stack" aria-labelledby="reports-new">
      <h2 id="reports-new">{t('reports.new')}</h2>
      {progress === null && !busy ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <div className="reports-form">
            <Choice
              label={t('reports.kind')}
              value={kind}
              onChange={setKind}
              options={REPORT_KINDS.map((value) => ({ value, label: t(`reports.kind_${value}`) }))}
            />
            <WhenField kind="dateTime" label={t('reports.from')} value={from} onChange={setFrom} />
            <WhenField kind="dateTime" label={t('reports.to')} value={to} onChange={setTo} />
          </div>
          <p className="quiet">{t(`reports.usual_${kind}`)}</p>
          <div className="row">
            <CommandButton needs="report.make" type="submit" tone="primary" disabled={!online}>
              {t('reports.make')}
            </CommandButton>
            {!online && <p className="quiet">{t('errors.offline')}</p>}
          </div>
        </form>
      ) : (
        <div className="stack">
          <Progress
            done={progress?.done ?? 0}
            total={progress?.parts ?? 1}
            label={t('reports.making', { done: progress?.done ?? 0, parts: progress?.parts ?? 0 })}
          />
          <div className="row">
            <CommandButton needs="report.cancel" onClick={() => void call('report.cancel', {})}>
              {t('reports.cancel')}
            </CommandButton>
          </div>
        </div>
      )}
    </section>
  );
};

const MadeReports = ({ made, signed, folder }: Pick<Reports, 'made' | 'signed' | 'folder'>) => {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<Language>(i18n.language === 'fr' ? 'fr' : 'en');
  return (
    <section className="panel stack" aria-labelledby="reports-here">
      <h2 id="reports-here">{t('reports.here')}</h2>
      {made.length === 0 ? (
        <p className="quiet">{t('reports.none')}</p>
      ) : (
        <>
          <div className="reports-form">
            <Choice
              label={t('reports.language')}
              value={language}
              onChange={setLanguage}
              options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            />
          </div>
          <ul className="reports-list">
            {made.map((report) => (
              <MadeRow
                key={report.sha256}
                report={report}
                signed={signed.find(({ sha256 }) => sha256 === report.sha256)}
                language={language}
              />
            ))}
          </ul>
        </>
      )}
      <p className="quiet">
        {t('common.label', { label: t('reports.folder') })} <span className="mono">{folder}</span>
      </p>
    </section>
  );
};

/** In their own language, wherever they stand. */
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' };

const MadeRow = ({
  report,
  signed,
  language,
}: {
  report: MadeReport;
  signed: SignedReport | undefined;
  language: Language;
}) => {
  const { t } = useTranslation();
  const [writing, setWriting] = useState(false);
  const save = async (format: ReportFormat) => {
    setWriting(true);
    await download(report.sha256, format, language);
    setWriting(false);
  };
  const { differs, ...named } = report;
  return (
    <li className="reports-row">
      <div className="stack">
        <div className="row">
          <strong>{t(`reports.kind_${report.kind}`)}</strong>
          <Period {...report} />
          {differs && <span className="state state-bad">{t('reports.differs')}</span>}
          {signed === undefined ? (
            <span className="state state-warn">{t('reports.unsigned')}</span>
          ) : (
            <Signature signed={signed} />
          )}
        </div>
        <span className="quiet">
          {t('health.asOf', { time: formatTime(report.takenAt) })} ·{' '}
          <span className="mono">
            {t('common.label', { label: t('reports.hash') })} {report.sha256.slice(0, 16)}…
          </span>
        </span>
      </div>
      <div className="row">
        <Menu
          align="end"
          trigger={
            <Button disabled={writing}>
              <Download size={16} aria-hidden /> {t(writing ? 'reports.downloading' : 'reports.download')}
            </Button>
          }
          groups={[
            REPORT_FORMATS.map((format) => ({ label: t(`reports.format_${format}`), act: () => void save(format) })),
          ]}
        />
        {signed === undefined && (
          <CommandButton
            needs="report.sign"
            onClick={() => void submit('report.sign', named, { done: t('reports.signed') })}
          >
            {t('reports.sign')}
          </CommandButton>
        )}
      </div>
    </li>
  );
};

const Period = ({ from, to }: { from: string; to: string }) => (
  <span>
    {formatTime(from)} – {formatTime(to)}
  </span>
);

const Signature = ({ signed: { signature } }: { signed: SignedReport }) => {
  const { t } = useTranslation();
  return (
    <span className="state state-good">
      {t('reports.signedBy', { by: signature.by, time: formatTime(signature.at) })}
    </span>
  );
};

const TYPES = { pdf: 'application/pdf', csv: 'application/zip', json: 'application/json' } as const;

/** Fetches a report's file in its pieces, and hands it to the browser. */
const download = async (sha256: string, format: ReportFormat, language: Language): Promise<void> => {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let name = '';
  for (let from: number | null = 0; from !== null; ) {
    const answer: Awaited<ReturnType<typeof call<'report.file'>>> = await call('report.file', {
      ...{ sha256, format, language, from },
    });
    if (!answer.ok) return showToast(errorSentence(answer.error), 'bad');
    pieces.push(bytesOf(answer.value.base64));
    name = answer.value.name;
    from = answer.value.next;
  }
  saveFile(name, TYPES[format], pieces);
  showToast(i18n.t('reports.downloaded', { file: name }), 'good');
};
