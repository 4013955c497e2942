import { z } from 'zod';
import type { WaitingCorrection } from '../domain/card.ts';
import type { ChecklistEntry, ChecklistRun } from '../domain/checklist-run.ts';
import type { Incident } from '../domain/incident.ts';
import type { ShownEntry } from '../domain/log.ts';
import type { Mention } from '../domain/mentions.ts';
import { operationIdSchema } from '../domain/primitives.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { ANYONE, Role } from '../domain/rights.ts';
import type { RowId } from '../domain/row-id.ts';
import type { RunbookRun } from '../domain/run.ts';
import type { Silence } from '../domain/silence.ts';
import type { Waiting } from '../domain/waiting.ts';
import { commandOutcomeSchema } from './outcome.ts';

/*
 * How a part of the contract declares its calls. Four kinds: queries are answered from this laptop; commands act on the
 * festival and are applied exactly once by `operationId`; live requests need the festival's database; local calls change
 * only this laptop.
 */

/** The input of a call without arguments, and the output of one that answers nothing. */
export const nothing = z.strictObject({});

/** Who may make a call: these roles, or whoever sits at the screen. */
type Roles = readonly Role[] | typeof ANYONE;

/** A query answers whoever sits at the screen. */
export const query = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  kind: 'query' as const,
  input,
  output,
});

export const live = <Input extends z.ZodType, Output extends z.ZodType>(declaration: {
  readonly input: Input;
  readonly output: Output;
  readonly roles: Roles;
}) => ({ kind: 'live' as const, ...declaration });

/**
 * A live request that its author signs like a command: the database checks the role as well. `stepUp` as for commands.
 */
export const signed = <Input extends z.ZodType, Output extends z.ZodType>(declaration: {
  readonly input: Input;
  readonly output: Output;
  readonly roles: readonly Role[];
  readonly stepUp?: true;
}) => ({ ...live(declaration), signed: true as const });

export const local = <Input extends z.ZodType, Output extends z.ZodType>(declaration: {
  readonly input: Input;
  readonly output: Output;
  readonly roles: Roles;
}) => ({ kind: 'local' as const, ...declaration });

/** What this laptop's screens show, with what waits: finds the incident of an event or of a run, and a proposal. */
export type Find = {
  ofEvent(eventId: RowId): Incident | undefined;
  ofRun(runId: string): Incident | undefined;
  ofProposal?(proposalId: string): Pick<Proposal, 'eventId' | 'item' | 'author'> | undefined;
};

export type Snapshot = Readonly<Record<string, z.core.util.JSONType>>;

/**
 * What the screens show of a command until the festival's database has confirmed it. Pure functions: each gets what the
 * screen would show without the command and returns it with the command. What shows nothing is left out.
 */
export type Optimistic<Input> = {
  /** On each incident that has one of its ordering keys. */
  incident?(incident: Incident, command: Waiting<Input>): Incident;
  /** On a runbook's run that belongs to no alert. */
  run?(run: RunbookRun, command: Waiting<Input>): RunbookRun;
  /** The run that it starts. */
  startedRun?(command: Waiting<Input>): RunbookRun;
  /** On its card, as a correction that is on its way. */
  correction?(command: Waiting<Input>): Omit<WaitingCorrection, 'unknown'>;
  /** On the silences of the festival. @param at when it was submitted, by the festival's clock */
  silences?(silences: readonly Silence[], command: Waiting<Input>, at: string): readonly Silence[];
  /** On everybody's mentions; the same list where it shows nothing. */
  mentions?(mentions: readonly Mention[], command: Waiting<Input>, at: string): readonly Mention[];
  /** The entry that it adds to the incident log. */
  logEntry?(command: Waiting<Input>): ShownEntry;
  /** The run of a checklist that it starts. */
  startedChecklist?(command: Waiting<Input>): ChecklistRun;
  /** What it adds to a run of a checklist. */
  checklistEntry?(command: Waiting<Input>): ChecklistEntry;
};

/** Everything about a command but what it does in the database, which its handler in electron/operations knows. */
export type CommandRules<Input> = {
  /** Who may submit it. `migrate` tells the database the same. */
  readonly roles: readonly Role[];
  /**
   * What its handler writes in its author's name: kinds of timeline entries, actions on the audit trail. The database
   * writes no other under it (`console.command_records`). What functions of the database write stands there.
   */
  readonly records?: { readonly timeline?: readonly string[]; readonly audit?: readonly string[] };
  /**
   * Everything whose state decides the outcome: the event, the run with its event, the card, the detector. Commands with
   * a key in common are sent in their order, one after the other. At least one.
   */
  keys(input: Input, find: Find): readonly string[];
  /** What the operator's screen showed of it, for whoever decides a conflict. */
  snapshot?(input: Input, find: Find): Snapshot;
  readonly optimistic?: Optimistic<Input>;
  /**
   * Signed with the key of a session that was opened with the network, which no disk keeps: it is not taken in without
   * (docs/decisions/0028).
   */
  readonly stepUp?: true;
  /** It moves money, or asks a second person to: while one of a card is on its way, no other of that card is taken in. */
  readonly movesMoney?: true;
  /** What it does on alerts that this laptop alone has (docs/watching.md); without it, nothing can be done. */
  readonly onLocalAlerts?: 'acknowledge' | 'unacknowledge';
  /** The conflict that it discards. */
  discards?(input: Input): string;
  /** Its input as screens, backups and settled commands keep it, where it holds secrets. */
  withoutSecrets?(input: Input): Input;
};

const operation = {
  operationId: operationIdSchema,
  /** The conflict that this command takes the place of: redone on today's state. */
  supersedes: operationIdSchema.optional(),
};
type CommandInput<Shape extends z.ZodRawShape> = z.output<z.ZodObject<typeof operation & Shape, z.core.$strict>>;

export const command = <Shape extends z.ZodRawShape>(
  declaration: { readonly input: Shape } & CommandRules<CommandInput<Shape>>,
) => {
  const { input, ...rules } = declaration;
  return {
    kind: 'command' as const,
    input: z.strictObject({ ...operation, ...input }) as z.ZodObject<typeof operation & Shape, z.core.$strict>,
    output: commandOutcomeSchema,
    ...rules,
  };
};
