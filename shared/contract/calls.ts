import type { z } from 'zod';
import { alarmQualityCalls } from './alarm-quality.ts';
import { alertCalls } from './alerts.ts';
import { auditCalls } from './audit.ts';
import { bulkCalls } from './bulk.ts';
import { cardCalls } from './cards.ts';
import { carriedCalls } from './carried.ts';
import { checklistCalls } from './checklists.ts';
import { connectionCalls } from './connection.ts';
import { consoleLogCalls } from './console-log.ts';
import { correctionCalls } from './corrections.ts';
import { databaseCalls } from './database.ts';
import type { CommandRules } from './declare.ts';
import { desktopCalls } from './desktop.ts';
import { detectorCalls } from './detectors.ts';
import { drillCalls } from './drills.ts';
import { escalationCalls } from './escalation.ts';
import { festivalCalls } from './festival.ts';
import { handoverCalls } from './handover.ts';
import { healthCalls } from './health.ts';
import { historyCalls } from './history.ts';
import { laptopCalls } from './laptops.ts';
import { logCalls } from './log.ts';
import { maintenanceCalls } from './maintenance.ts';
import { monitoringCalls } from './monitoring.ts';
import { operatorCalls } from './operators.ts';
import { outboxCalls } from './outbox.ts';
import { outsideCalls } from './outside.ts';
import { overviewCalls } from './overview.ts';
import { registerCalls } from './register.ts';
import { reportCalls } from './reports.ts';
import { runbookCalls } from './runbooks.ts';
import { sessionCalls } from './session.ts';
import { setupCalls } from './setup.ts';
import { statusCalls } from './status.ts';
import { teamCalls } from './team.ts';
import { trainingCalls } from './training.ts';
import { transactionWordCalls } from './words.ts';

/** One record of all parts. */
type Joined<Parts extends readonly object[]> = Parts extends readonly [
  infer First,
  ...infer Rest extends readonly object[],
]
  ? First & Joined<Rest>
  : object;

/** The names that more than one part declares. */
type Twice<Parts extends readonly object[]> = Parts extends readonly [
  infer First,
  ...infer Rest extends readonly object[],
]
  ? (keyof First & keyof Joined<Rest>) | Twice<Rest>
  : never;

const join = <const Parts extends readonly object[]>(
  ...parts: [Twice<Parts>] extends [never] ? Parts : readonly [{ readonly declaredTwice: Twice<Parts> }]
): Joined<Parts> =>
  // What the parts are together follows from each of them; the compiler cannot follow it through the loop.
  Object.assign({}, ...parts) as Joined<Parts>;

/** Every call between the renderer and the core, once: each part of the contract declares its own. */
export const calls = join(
  alarmQualityCalls,
  alertCalls,
  auditCalls,
  bulkCalls,
  cardCalls,
  carriedCalls,
  checklistCalls,
  connectionCalls,
  consoleLogCalls,
  correctionCalls,
  databaseCalls,
  maintenanceCalls,
  desktopCalls,
  detectorCalls,
  drillCalls,
  escalationCalls,
  festivalCalls,
  handoverCalls,
  healthCalls,
  historyCalls,
  laptopCalls,
  logCalls,
  monitoringCalls,
  operatorCalls,
  outboxCalls,
  outsideCalls,
  overviewCalls,
  reportCalls,
  registerCalls,
  runbookCalls,
  sessionCalls,
  setupCalls,
  statusCalls,
  teamCalls,
  trainingCalls,
  transactionWordCalls,
);

export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallKind = Calls[CallName]['kind'];
/** What a caller hands over. */
export type CallInput<Name extends CallName> = z.input<Calls[Name]['input']>;
/** What a handler gets, parsed. */
export type ParsedInput<Name extends CallName> = z.output<Calls[Name]['input']>;
export type CallOutput<Name extends CallName> = z.output<Calls[Name]['output']>;

/** Names of one kind: `CallsOf<'command'>`. */
export type CallsOf<Kind extends CallKind> = {
  [Name in CallName]: Calls[Name]['kind'] extends Kind ? Name : never;
}[CallName];
export type CommandName = CallsOf<'command'>;

export const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name);
export const isCommandName = (name: string): name is CommandName => isCallName(name) && calls[name].kind === 'command';

/** Every command of the contract. */
export const commandNames: readonly CommandName[] = Object.keys(calls).filter(isCommandName);

/** What a command declares beside its input, for what treats all commands alike. */
export const rulesOf = (name: CommandName): CommandRules<{ operationId: string }> => calls[name];

/** Whether a command of this name moves money, or asks a second person to; not where this version does not know it. */
export const movesMoney = (name: string): boolean => isCommandName(name) && rulesOf(name).movesMoney === true;

/** Commands whose input holds secrets. */
export const secretCommands: readonly CommandName[] = commandNames.filter(
  (name) => rulesOf(name).withoutSecrets !== undefined,
);

type JsonInput = Readonly<Record<string, z.core.util.JSONType>>;

/** A stored command's input for screens, backups and whatever outlives its settling. */
export const inputWithoutSecrets = (name: string, input: JsonInput): JsonInput => {
  const known = secretCommands.find((one) => one === name);
  if (known === undefined) return input;
  const parsed = calls[known].input.safeParse(input);
  // What doesn't fit this version's contract may have its secrets anywhere.
  if (!parsed.success) return {};
  return JSON.parse(JSON.stringify(rulesOf(known).withoutSecrets?.(parsed.data) ?? {})) as JsonInput;
};
