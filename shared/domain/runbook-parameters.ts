import { sqlPieces } from './sql-scan.ts';

/** Replaces each `:name` parameter of a runbook's query; casts (`::`), literals and comments stay as they are. */
export const replaceParameters = (text: string, replace: (name: string) => string): string => {
  const replaced: string[] = [];
  for (const piece of sqlPieces(text))
    replaced.push(piece.kind === 'parameter' ? replace(piece.text.slice(1)) : piece.text);
  return replaced.join('');
};

/** The parameters that a query names. */
export const parametersOf = (text: string): string[] => {
  const names = new Set<string>();
  replaceParameters(text, (name) => {
    names.add(name);
    return '';
  });
  return [...names];
};

/** What is bound from the event of an alert. A runbook without an alert has none of them. */
export const EVENT_PARAMETERS: readonly string[] = [
  'event_id',
  'card_id',
  'transaction_id',
  'log_id',
  'occurred_at',
  'device',
  'transaction_type',
  'transaction_status',
];
