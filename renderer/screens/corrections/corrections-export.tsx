import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisterFilter, RegisterPlace } from '../../../shared/contract/register.ts';
import { call } from '../../bridge.ts';
import { errorSentence } from '../../i18n.ts';
import { fileOfNow, saveFile } from '../../save-file.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';

/** The corrections that are shown as a file, some at a time: whole, or not at all. */
export const CorrectionsExport = ({ filter }: { filter: RegisterFilter }) => {
  const { t } = useTranslation();
  const [written, setWritten] = useState<number | null>(null);
  const save = async (): Promise<void> => {
    setWritten(0);
    const pieces: string[] = [];
    let rows = 0;
    let after: RegisterPlace | null = null;
    do {
      const answer: Awaited<ReturnType<typeof call<'register.export'>>> = await call('register.export', {
        filter,
        after,
      });
      if (!answer.ok) {
        showToast(errorSentence(answer.error), 'bad');
        setWritten(null);
        return;
      }
      pieces.push(answer.value.text);
      rows += answer.value.rows;
      setWritten(rows);
      after = answer.value.next;
    } while (after !== null);
    setWritten(null);
    const file = fileOfNow('corrections', 'csv');
    saveFile(file, 'text/csv', pieces);
    showToast(t('register.exported', { count: rows, file }), 'good');
  };
  return (
    <Button disabled={written !== null} onClick={() => void save()}>
      <Download size={16} aria-hidden />{' '}
      {written === null ? t('register.export') : t('register.exporting', { rows: written })}
    </Button>
  );
};
