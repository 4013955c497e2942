import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { completionOf } from '../../../shared/domain/mentions.ts';
import { TextField } from '../../ui/field.tsx';
import { useTeam } from './use-team.ts';

/** A note in which @ offers the names of people: arrows choose, Enter or Tab takes, Escape leaves it. */
export const NoteField = (props: { label: string; value: string; onChange: (text: string) => void }) => {
  const { t } = useTranslation();
  const people = useTeam().people;
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [left, setLeft] = useState(-1);
  const completion = completionOf(props.value, caret, people);
  const offered = completion === null || completion.from === left ? null : completion;

  const take = (name: string): void => {
    if (offered === null) return;
    const before = `${props.value.slice(0, offered.from)}@${name} `;
    props.onChange(before + props.value.slice(caret));
    setCaret(before.length);
    setChosen(0);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(before.length, before.length);
    });
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (offered === null) return;
    const count = offered.names.length;
    const name = offered.names[chosen % count];
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % count);
    else if (event.key === 'ArrowUp') setChosen((chosen + count - 1) % count);
    else if ((event.key === 'Enter' || event.key === 'Tab') && name !== undefined) take(name);
    else if (event.key === 'Escape') setLeft(offered.from);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="note-field">
      <TextField
        ref={field}
        label={props.label}
        hint={t('team.noteHint')}
        value={props.value}
        maxLength={2_000}
        aria-controls="note-people"
        aria-autocomplete="list"
        aria-activedescendant={offered === null ? undefined : `note-person-${chosen % offered.names.length}`}
        onKeyDown={onKeyDown}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onChange={(event) => {
          setCaret(event.target.selectionStart);
          props.onChange(event.target.value);
        }}
      />
      <div
        id="note-people"
        role="listbox"
        aria-label={t('team.people')}
        className="note-people"
        hidden={offered === null}
      >
        {offered?.names.map((name, index) => (
          <div
            key={name}
            id={`note-person-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen % offered.names.length}
            className="note-person"
            onMouseDown={(event) => {
              event.preventDefault();
              take(name);
            }}
          >
            @{name}
          </div>
        ))}
      </div>
    </div>
  );
};
