import type { TFunction } from 'i18next';
import type { EscalationSettings } from '../../../shared/domain/escalation.ts';

/** What the form calls a field where the settings call it something else, alone or in its part. */
const NAMES: Readonly<Record<string, string>> = {
  afterSeconds: 'after',
  contact: 'who',
  channels: 'how',
  language: 'contactLanguage',
  ladder: 'policy',
  quiet: 'quietHours',
  'twilio.from': 'fromNumber',
  'quiet.from': 'quietFrom',
  'quiet.to': 'quietTo',
};

/**
 * Where in the settings something is wrong, as the form names it: `Contacts › Support Team › Phone`.
 * @param where the path of it, such as `contacts.2.phone`
 */
export const placeText = (t: TFunction, where: string, { contacts }: EscalationSettings): string => {
  const [part = '', ...rest] = where.split('.');
  const word = (key: string): string => {
    const name = NAMES[`${part}.${key}`] ?? NAMES[key] ?? key;
    return t(`escalation.${name}`, { defaultValue: t(`escalation.use_${name}`, { defaultValue: name }) });
  };
  if (part === 'contacts') {
    const [at = '', ...fields] = rest;
    return [word(part), contacts[Number(at)]?.name || Number(at) + 1, ...fields.map(word)].join(' › ');
  }
  if (part === 'ladder') {
    const [severity = '', at, ...fields] = rest;
    const step = at === undefined ? [] : [t('escalation.step', { number: Number(at) + 1 })];
    return [word(part), t(`board.${severity}`), ...step, ...fields.slice(0, 1).map(word)].join(' › ');
  }
  return [part, ...rest].map(word).join(' › ');
};
