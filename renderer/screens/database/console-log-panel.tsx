import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LOG_LEVELS, type LogLevel } from '../../../shared/domain/console-log.ts';
import { callSigned } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { fileOfNow, saveFile } from '../../save-file.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Field } from '../../ui/field.tsx';

/** What Regie itself has written down on this laptop, newest first: with the network and without. */
export const ConsoleLogPanel = () => {
  const { t } = useTranslation();
  const [level, setLevel] = useState<LogLevel>('warn');
  const [words, setWords] = useState('');
  const wanted = useDeferredValue(words);
  const { data, refetch } = useCall('consoleLog.get', { level, words: wanted });
  const lines = data ?? [];
  return (
    <section className="panel stack" aria-labelledby="console-log">
      <h2 id="console-log">{t('database.log')}</h2>
      <p className="quiet">{t('database.logMeans')}</p>
      <div className="row database-load">
        <Choice<LogLevel>
          label={t('database.logLevel')}
          value={level}
          options={LOG_LEVELS.map((one) => ({ value: one, label: t(`database.logLevel_${one}`) }))}
          onChange={setLevel}
        />
        <Field
          label={t('database.logWords')}
          value={words}
          maxLength={200}
          onChange={(event) => setWords(event.target.value)}
        />
        <Button onClick={() => void refetch()}>{t('health.refresh')}</Button>
        <Button
          disabled={lines.length === 0}
          onClick={() =>
            void navigator.clipboard
              .writeText(lines.map(({ at, message, facts }) => `${at} ${message} ${facts}`.trim()).join('\n'))
              .then(() => showToast(t('database.copied'), 'good'))
          }
        >
          {t('database.copy')}
        </Button>
        <CommandButton needs="consoleLog.export" onClick={() => void save()}>
          {t('database.logExport')}
        </CommandButton>
      </div>
      {data?.length === 0 && <p className="quiet">{t('database.logNone')}</p>}
      <ol className="console-log">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same at the same time
          <li key={index} data-level={line.level}>
            <span className="quiet">{formatTime(line.at, { seconds: true })}</span>{' '}
            <strong>{t(`database.logLevel_${line.level}`)}</strong> {line.message}{' '}
            {line.facts !== '' && <span className="mono quiet">{line.facts}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
};

/** A file for whoever helps from outside: without card ids, names and secrets. */
const save = async (): Promise<void> => {
  const answer = await callSigned('consoleLog.export', {});
  if (!answer.ok) {
    showToast(errorSentence(answer.error), 'bad');
    return;
  }
  saveFile(fileOfNow('regie', 'jsonl'), 'application/jsonl', [answer.value.text]);
};
