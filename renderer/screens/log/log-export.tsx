import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { errorSentence } from '../../i18n.ts';
import { fileOfNow, saveFile } from '../../save-file.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';

type Format = 'csv' | 'jsonl';
const TYPES = { csv: 'text/csv', jsonl: 'application/jsonl' } as const;

/** The log as a file, from what this laptop has: with its progress, and ended by leaving the screen. */
export const LogExport = () => {
  const { t } = useTranslation();
  const [written, setWritten] = useState<number | null>(null);
  const save = async (format: Format) => {
    setWritten(0);
    const pieces: string[] = [];
    let entries = 0;
    for (let after: number | null = 0; after !== null; ) {
      const answer: Awaited<ReturnType<typeof call<'log.export'>>> = await call('log.export', { format, after });
      if (!answer.ok) {
        showToast(errorSentence(answer.error), 'bad');
        return setWritten(null);
      }
      pieces.push(answer.value.text);
      entries += answer.value.entries;
      setWritten(entries);
      after = answer.value.next;
    }
    setWritten(null);
    const file = fileOfNow('log', format);
    saveFile(file, TYPES[format], pieces);
    showToast(t('log.exported', { count: entries, file }), 'good');
  };
  return (
    <Menu
      align="end"
      trigger={
        <Button className="log-export" disabled={written !== null}>
          <Download size={16} aria-hidden />{' '}
          {written === null ? t('log.export') : t('log.exporting', { count: written })}
        </Button>
      }
      groups={[
        [
          { label: t('log.exportCsv'), act: () => void save('csv') },
          { label: t('log.exportJsonl'), act: () => void save('jsonl') },
        ],
      ]}
    />
  );
};
