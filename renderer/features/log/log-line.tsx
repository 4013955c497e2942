import { ImagePlus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { WHOLE_LOG } from '../../../shared/contract/log.ts';
import { LOG_KINDS, LONGEST_ENTRY, type LogKind } from '../../../shared/domain/log.ts';
import { duplicateOf } from '../../../shared/domain/log-duplicates.ts';
import { changeDraft, closeLogLine, useLogLine } from '../../stores/log-line.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { useNow } from '../../ui/time.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { useTeam } from '../team/use-team.ts';
import { attachFiles } from './attach.ts';
import { Duplicate, LogEntryHead } from './log-entry.tsx';
import { LogFields } from './log-fields.tsx';
import { Templates } from './log-templates.tsx';
import { LogText } from './log-text.tsx';
import { useLog } from './use-log.ts';
import { hasTimes, writeEntry } from './write-entry.ts';
import './log.css';

/** The line at the bottom of any screen in which the log is written: Enter writes, Escape closes and keeps what was typed. */
export const LogLineBar = () => {
  const { t } = useTranslation();
  const { draft, more } = useLogLine();
  const people = useTeam().people;
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = useLog({ ...WHOLE_LOG, limit: 30 })?.lines ?? [];
  const newest = lines[0];
  const duplicate = duplicateOf(draft.text, useNow(), lines);
  useEffect(() => field.current?.focus(), []);
  const empty = draft.text.trim() === '';
  const write = () => {
    // A time that cannot be read says so at its field: without it the entry would mean something else.
    if (!empty && hasTimes(draft)) void writeEntry(draft, people);
    field.current?.focus();
  };
  return (
    <form
      className="log-line"
      aria-label={t('log.write')}
      onSubmit={(event) => {
        event.preventDefault();
        write();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void attachFiles([...event.dataTransfer.files]);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') closeLogLine();
      }}
    >
      {newest && (
        <p className="log-line-newest ellipsis quiet" aria-live="polite">
          <LogEntryHead line={newest} /> <LogText text={newest.text.slice(0, 200)} entry={newest} />
        </p>
      )}
      {duplicate !== null && <Duplicate line={duplicate} />}
      {draft.attachments.length > 0 && (
        <div className="row">
          {draft.attachments.map((one) => (
            <Button
              key={one.sha256}
              tone="quiet"
              aria-label={t('log.detach', { name: one.name })}
              onClick={() =>
                changeDraft({ attachments: draft.attachments.filter(({ sha256 }) => sha256 !== one.sha256) })
              }
            >
              {one.name} ✕
            </Button>
          ))}
        </div>
      )}
      {more && <LogFields />}
      <div className="log-line-row">
        <Select
          aria-label={t('log.kind')}
          value={draft.kind}
          options={LOG_KINDS.map((value) => ({ value, label: t(`log.kind_${value}`) }))}
          onChange={(kind: LogKind) => {
            changeDraft({ kind });
            if (kind === 'decision') useLogLine.setState({ more: true });
          }}
        />
        <textarea
          ref={field}
          className="bare-input log-line-text"
          aria-label={t('log.text')}
          placeholder={t('log.hint')}
          dir="auto"
          rows={1}
          maxLength={LONGEST_ENTRY}
          value={draft.text}
          onChange={(event) => changeDraft({ text: event.target.value })}
          onPaste={(event) => {
            const files = [...event.clipboardData.files];
            if (files.length === 0) return;
            event.preventDefault();
            void attachFiles(files);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            write();
          }}
        />
        <Templates />
        <label className="button button-plain log-attach">
          <ImagePlus size={16} aria-hidden />
          <span className="visually-hidden">{t('log.attach')}</span>
          <input
            type="file"
            className="visually-hidden"
            multiple
            accept="image/png,image/jpeg,image/webp"
            onChange={(event) => {
              void attachFiles([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </label>
        <Button aria-expanded={more} onClick={() => useLogLine.setState({ more: !more })}>
          {t('log.more')}
        </Button>
        <CommandButton needs="log.write" type="submit" tone="primary" disabled={empty}>
          {t('log.write')}
        </CommandButton>
        <Button tone="quiet" aria-label={t('common.close')} onClick={closeLogLine}>
          ✕
        </Button>
      </div>
    </form>
  );
};
