import { ImagePlus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { WHOLE_LOG } from '../../../shared/contract/log.ts';
import { LOG_KINDS, LONGEST_ENTRY, type LogKind } from '../../../shared/domain/log.ts';
import { duplicateOf } from '../../../shared/domain/log-duplicates.ts';
import { unknownIn } from '../../../shared/domain/mentions.ts';
import { formatList } from '../../i18n.ts';
import { changeDraft, closeLogLine, hasLeft, useLogLine } from '../../stores/log-line.ts';
import { showToast } from '../../stores/ui.ts';
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
import { hasHalfFollowUp, hasTimes, writeEntry } from './write-entry.ts';
import './log.css';

/** The line at the bottom of any screen in which the log is written: Enter writes, Escape closes and keeps what was typed. */
export const LogLineBar = () => {
  const { t } = useTranslation();
  const { draft: next, more, leaving } = useLogLine();
  const draft = leaving?.draft ?? next;
  const people = useTeam().people;
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = useLog({ ...WHOLE_LOG, limit: 30 })?.lines ?? [];
  const newest = lines[0];
  const duplicate = duplicateOf(draft.text, useNow(), lines);
  useEffect(() => {
    const text = field.current;
    text?.focus();
    // The browser writes into what is there when the event has been handled.
    const beforeInput = () => flushSync(() => hasLeft());
    text?.addEventListener('beforeinput', beforeInput);
    return () => text?.removeEventListener('beforeinput', beforeInput);
  }, []);
  const empty = draft.text.trim() === '';
  // Whoever types a name is not told so before it is one, or has ended.
  const unknown = unknownIn(settledPart(draft.text), people);
  // A field that cut it off would lose the end of what was pasted, and say nothing.
  const over = draft.text.trim().length - LONGEST_ENTRY;
  const write = () => {
    // A time that cannot be read says so at its field: without it the entry would mean something else.
    // What leaves has been written.
    const half = next.text.trim() !== '' && hasHalfFollowUp(next);
    if (over > 0) showToast(t('log.tooLong', { most: LONGEST_ENTRY, count: over }), 'bad');
    else if (half) {
      useLogLine.setState({ more: true });
      showToast(t('log.followUpHalf'), 'bad');
    } else if (next.text.trim() !== '' && hasTimes(next)) void writeEntry(next, people);
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
          {t('log.last')} <LogEntryHead line={newest} /> <LogText text={newest.text.slice(0, 200)} entry={newest} />
        </p>
      )}
      {duplicate !== null && <Duplicate line={duplicate} />}
      {unknown.length > 0 && (
        <p className="log-line-newest quiet" role="status">
          {t('log.unknownName', { names: formatList(unknown.map((name) => `@${name}`)) })}
        </p>
      )}
      {over > 0 && (
        <p className="log-line-newest" role="alert">
          {t('log.tooLong', { most: LONGEST_ENTRY, count: over })}
        </p>
      )}
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
        <CommandButton needs="log.write" type="submit" tone="primary" disabled={empty || over > 0}>
          {t('log.write')}
        </CommandButton>
        <Button tone="quiet" aria-label={t('common.close')} onClick={closeLogLine}>
          ✕
        </Button>
      </div>
    </form>
  );
};

/** A text without the name that is being typed. */
const settledPart = (text: string): string => {
  const at = text.lastIndexOf('@');
  return at === -1 || /\s/.test(text.slice(at)) ? text : text.slice(0, at);
};
