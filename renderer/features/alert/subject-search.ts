import type { Alert } from '../../../shared/domain/alert.ts';
import { eventsOf } from '../../../shared/domain/incident.ts';

/** Whom an alert can be about, as `reader:` and `place:` name it in the board's search. */
const SUBJECTS = { reader: 'device_identifier', place: 'point_of_sale' } as const;
type Subject = keyof typeof SUBJECTS;

/** A search for everything about one reader or point of sale, whatever other words and names contain its own. */
export const subjectSearch = (subject: Subject, name: string): string => `${subject}:${name}`;

/** What such a search lets through; null: it is a search for words. */
export const subjectIn = (text: string): ((alert: Alert) => boolean) | null => {
  const [, subject, name = ''] = /^(reader|place):(.*)$/su.exec(text.trim()) ?? [];
  if ((subject !== 'reader' && subject !== 'place') || name === '') return null;
  const fact = SUBJECTS[subject];
  return (alert) => {
    const names = eventsOf(alert).flatMap(({ facts }) => facts[fact] ?? []);
    // What no event says itself is where the card was used last: a point of sale.
    return names.length === 0 ? subject === 'place' && alert.place === name : names.includes(name);
  };
};
