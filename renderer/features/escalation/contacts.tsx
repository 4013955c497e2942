import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../../../shared/domain/escalation.ts';
import type { Language } from '../../../shared/domain/language.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import type { PartProps } from './part-props.ts';

/** @param wrong the paths of fields that cannot be saved as they are: `contacts.2.phone` */
export const Contacts = ({ settings, onChange, wrong }: PartProps & { wrong: ReadonlySet<string> }) => {
  const { t } = useTranslation();
  // What is half typed is nothing wrong yet.
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const leave = (at: number, field: 'phone' | 'email') => {
    const path = `contacts.${at}.${field}`;
    return {
      onBlur: () => setLeft(new Set([...left, path])),
      error: left.has(path) && wrong.has(path) ? t(`escalation.${field}Wrong`) : undefined,
    };
  };
  const { contacts, ladder } = settings;
  const change = (id: string, some: Partial<Contact>) =>
    onChange({ contacts: contacts.map((contact) => (contact.id === id ? { ...contact, ...some } : contact)) });
  const used = new Set(Object.values(ladder).flatMap((steps) => steps.map(({ contact }) => contact)));
  const add = () => {
    const number = contacts.length + 1;
    const id = [...Array(100).keys()]
      .map((more) => `contact-${number + more}`)
      .find((one) => !contacts.some((c) => c.id === one));
    onChange({ contacts: [...contacts, { id: id ?? 'contact', name: '', phone: '', email: '' }] });
  };
  return (
    <fieldset className="stack">
      <legend>{t('escalation.contacts')}</legend>
      {contacts.map((contact, at) => (
        <div key={contact.id} className="escalation-line escalation-contact">
          <Field
            label={t('escalation.name')}
            value={contact.name}
            onChange={(event) => change(contact.id, { name: event.target.value })}
          />
          <Field
            label={t('escalation.phone')}
            type="tel"
            placeholder="+33612345678"
            value={contact.phone}
            {...leave(at, 'phone')}
            onChange={(event) => change(contact.id, { phone: event.target.value.replace(/[\s.()-]/g, '') })}
          />
          <Field
            label={t('escalation.email')}
            type="email"
            value={contact.email}
            {...leave(at, 'email')}
            onChange={(event) => change(contact.id, { email: event.target.value.trim() })}
          />
          <div className="escalation-contact-end">
            <Choice<Language | ''>
              label={t('escalation.contactLanguage')}
              value={contact.language ?? ''}
              options={[
                { value: '', label: t('escalation.festivalLanguage') },
                { value: 'en', label: 'English' },
                { value: 'fr', label: 'Français' },
              ]}
              onChange={(language) => change(contact.id, { language: language === '' ? undefined : language })}
            />
            <Button
              disabled={used.has(contact.id)}
              title={used.has(contact.id) ? t('escalation.inUse') : undefined}
              onClick={() => onChange({ contacts: contacts.filter(({ id }) => id !== contact.id) })}
            >
              {t('escalation.remove')}
            </Button>
          </div>
        </div>
      ))}
      <div>
        <Button onClick={add}>{t('escalation.addContact')}</Button>
      </div>
    </fieldset>
  );
};
