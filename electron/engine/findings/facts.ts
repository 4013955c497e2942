import { toNumeric } from '../../../shared/domain/money.ts';
import type { Fact, Facts, Moment, Money } from '../detector.ts';
import { iso } from '../time.ts';

/**
 * A finding's facts as JSON text for event_data: money as a number with two decimals, written from the cents' digits and
 * never through a float; moments as ISO instants.
 */
export const factsToJson = (facts: Facts): string => write(facts);

const isMoney = (fact: object): fact is Money => 'cents' in fact;
const isMoment = (fact: object): fact is Moment => 'micros' in fact;

const write = (fact: Fact): string => {
  if (fact === null || typeof fact !== 'object') return JSON.stringify(fact);
  if (isList(fact)) return `[${fact.map(write).join(',')}]`;
  if (isMoney(fact)) return toNumeric(fact.cents);
  if (isMoment(fact)) return JSON.stringify(iso(fact.micros));
  return `{${Object.entries(fact)
    .map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`)
    .join(',')}}`;
};

const isList = (fact: object): fact is readonly Fact[] => Array.isArray(fact);
