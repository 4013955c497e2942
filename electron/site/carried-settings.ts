import { z } from 'zod';
import type { CommandName, ParsedInput } from '../../shared/contract/calls.ts';
import type { CarriedChange, CarriedFile, CarriedSettings, RefusedPart } from '../../shared/contract/carried.ts';
import { logTemplateSchema } from '../../shared/contract/log.ts';
import type { TransactionWord } from '../../shared/contract/words.ts';
import { withoutSecrets } from '../../shared/domain/channel-secrets.ts';
import { checklistTimesSchema } from '../../shared/domain/checklist-window.ts';
import { type EscalationSettings, savedEscalationSettingsSchema } from '../../shared/domain/escalation.ts';
import { type FestivalSettings, isTimeZone } from '../../shared/domain/festival-settings.ts';
import { readDetectors } from '../engine/detector-report.ts';
import { detectorNamed, parseThresholds } from '../engine/thresholds.ts';
import { readEscalation, type SavedEscalation } from '../operations/escalation/settings.ts';
import { readFestivalSettings } from '../operations/festival/festival-settings.ts';
import { readTransactionWords } from '../operations/monitoring/transaction-words.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { sql } from '../postgres/sql.ts';

/** What a festival has now, with the versions against which it is changed. */
export type CurrentSettings = {
  readonly festival: FestivalSettings;
  readonly escalation: SavedEscalation;
  readonly detectors: Awaited<ReturnType<typeof readDetectors>>['detectors'];
  readonly words: readonly TransactionWord[];
  readonly log: { version: number; tags: string[]; templates: z.output<typeof logTemplateSchema>[] };
  readonly checklists: z.output<typeof timesRow>;
};

const logRow = z.object({ version: z.int(), tags: z.array(z.string()), templates: z.array(logTemplateSchema) });
const timesRow = checklistTimesSchema.extend({ version: z.int() });

export const readCurrentSettings = async (database: FestivalDatabase): Promise<CurrentSettings> => {
  const { detectors } = await readDetectors(database);
  const { words } = await readTransactionWords(database);
  return database.read(async (tx) => ({
    ...{ detectors, words },
    festival: await readFestivalSettings(tx),
    escalation: await readEscalation(tx),
    log: await tx.row(
      logRow,
      sql`/* regie:carried */ select version, to_jsonb(tags) as tags, templates from console.log_settings`,
    ),
    checklists: await tx.row(
      timesRow,
      sql`/* regie:carried */
        select version, to_char(opens, 'HH24:MI') as opens, to_char(closes, 'HH24:MI') as closes,
          to_char(first_day, 'YYYY-MM-DD') as "firstDay", to_char(last_day, 'YYYY-MM-DD') as "lastDay"
        from console.checklist_settings`,
    ),
  }));
};

/** @param escalation with the channels' secrets, or without */
export const carriedOf = (current: CurrentSettings, escalation: EscalationSettings): CarriedSettings => {
  const { name, timeZone, language, approvalLimitCents, cardDayLimitCents, operatorDayLimitCents } = current.festival;
  const { version: _, ...checklists } = current.checklists;
  return {
    festival: { name, timeZone, language, approvalLimitCents, cardDayLimitCents, operatorDayLimitCents },
    escalation: current.escalation.version === 0 ? null : escalation,
    thresholds: current.detectors
      .filter(({ updatedAt }) => updatedAt !== null)
      .map(({ algorithm, fields }) => ({
        algorithm,
        thresholds: Object.fromEntries(fields.map(({ name: field, value }) => [field, value])),
      })),
    meanings: current.words.flatMap(({ kind, word, meaning, own }) =>
      own && meaning !== null ? [{ kind, word, meaning }] : [],
    ),
    log: { tags: current.log.tags, templates: current.log.templates },
    checklists,
  };
};

type Row = CarriedChange['rows'][number];
const text = (field: string, before: string | null, after: string | null): Row => ({
  field,
  kind: 'text',
  before,
  after,
});
const differing = (rows: readonly Row[]): Row[] => rows.filter(({ before, after }) => before !== after);

/** What a file would change, a change a choice, and what of it this festival cannot be given. */
export const changesOf = (
  now: CurrentSettings,
  { settings, secrets }: CarriedFile,
): { changes: CarriedChange[]; refused: RefusedPart[] } => {
  const refused: RefusedPart[] = [];
  const refuse = (part: RefusedPart['part'], subject: string, code: string): CarriedChange[] => {
    refused.push({ part, subject, error: { code, params: {} } });
    return [];
  };
  const change = (part: CarriedChange['part'], subject: string, rows: readonly Row[]): CarriedChange[] => {
    const changed = differing(rows);
    return changed.length === 0
      ? []
      : [{ id: subject === '' ? part : `${part}:${subject}`, part, subject, rows: changed }];
  };
  const { festival } = settings;
  const limits = ['approvalLimitCents', 'cardDayLimitCents', 'operatorDayLimitCents'] as const;
  const changes = [
    ...(festival.name === '' ? [] : change('name', '', [text('name', now.festival.name, festival.name)])),
    ...(festival.timeZone !== null && !isTimeZone(festival.timeZone)
      ? refuse('zone', festival.timeZone, 'festival_time_zone_unknown')
      : change('zone', '', [
          text('timeZone', now.festival.timeZone, festival.timeZone ?? now.festival.timeZone),
          text('language', now.festival.language, festival.language ?? now.festival.language),
        ])),
    ...change(
      'limits',
      '',
      limits.map((field) => ({ field, kind: 'money', before: now.festival[field], after: festival[field] })),
    ),
    ...escalationChanges(now, settings.escalation, secrets, { change, refuse }),
    ...settings.thresholds.flatMap(({ algorithm, thresholds }) => {
      const [detector, info] = [detectorNamed(algorithm), now.detectors.find((one) => one.algorithm === algorithm)];
      if (detector === undefined || info === undefined)
        return refuse('thresholds', algorithm, 'carried_detector_unknown');
      const parsed = parseThresholds(detector, thresholds);
      if (!parsed.ok) return refuse('thresholds', algorithm, 'carried_threshold_refused');
      return change(
        'thresholds',
        algorithm,
        info.fields.map(({ name, value }) => text(name, String(value), String(parsed.thresholds[name] ?? value))),
      );
    }),
    ...settings.meanings.flatMap(({ kind, word, meaning }) => {
      const known = now.words.find((one) => one.kind === kind && one.word === word);
      if (known !== undefined && !known.own) return refuse('meaning', word, 'carried_word_fixed');
      return change('meaning', `${kind} ${word}`, [text(kind, known?.meaning ?? null, meaning)]);
    }),
    ...change('log', '', [
      text('tags', now.log.tags.join(', '), settings.log.tags.join(', ')),
      text('templates', templateNames(now.log.templates), templateNames(settings.log.templates)),
    ]),
    ...change(
      'checklists',
      '',
      (['opens', 'closes', 'firstDay', 'lastDay'] as const).map((field) =>
        text(field, now.checklists[field], settings.checklists[field]),
      ),
    ),
  ];
  return { changes, refused };
};

const templateNames = (templates: CarriedSettings['log']['templates']): string =>
  templates.map(({ name, text: words }) => `${name}: ${words}`).join(' · ');

type Makers = {
  change: (part: CarriedChange['part'], subject: string, rows: readonly Row[]) => CarriedChange[];
  refuse: (part: RefusedPart['part'], subject: string, code: string) => CarriedChange[];
};

const escalationChanges = (
  now: CurrentSettings,
  carried: EscalationSettings | null,
  secrets: boolean,
  { change, refuse }: Makers,
): CarriedChange[] => {
  if (carried === null) return [];
  if (!savedEscalationSettingsSchema.safeParse(carried).success) {
    return refuse('escalation', '', 'carried_escalation_refused');
  }
  const [before, after] = [linesOf(now.escalation.settings), linesOf(carried)];
  const rows = Object.keys(after).map((field) => text(field, before[field] ?? null, after[field] ?? null));
  // What a secret was is nobody's to see: that one would be replaced is.
  const replaced = secrets && JSON.stringify(carried) !== JSON.stringify(withoutSecrets(carried));
  return change('escalation', '', [...rows, text('secrets', null, replaced ? '•••' : null)]);
};

/** The escalation as people compare it, without a secret. */
const linesOf = (settings: EscalationSettings): Record<string, string | null> => {
  const { contacts, ladder, quiet, smtp, slack, twilio, webhook } = withoutSecrets(settings);
  const nameOf = (id: string): string => contacts.find((one) => one.id === id)?.name ?? id;
  return {
    contacts: contacts
      .map(({ name, phone, email }) => [name, phone, email].filter((part) => part !== '').join(' '))
      .join(', '),
    ...Object.fromEntries(
      Object.entries(ladder).map(([severity, steps]) => [
        severity,
        (steps ?? [])
          .map(({ afterSeconds, contact, channels }) => `${afterSeconds} s ${nameOf(contact)} (${channels.join(', ')})`)
          .join(' · '),
      ]),
    ),
    quiet: quiet === null ? null : `${quiet.from}–${quiet.to}`,
    smtp: smtp === null ? null : `${smtp.user === '' ? '' : `${smtp.user}@`}${smtp.host}:${smtp.port} (${smtp.from})`,
    slack: slack === null ? null : '✓',
    twilio: twilio === null ? null : `${twilio.account} ${twilio.from}`,
    webhook: webhook === null ? null : '✓',
  };
};

/** A command without its id, and the choices that it makes come true. */
export type CarriedCommand = {
  [Name in CommandName]: {
    readonly ids: readonly string[];
    readonly name: Name;
    readonly input: Omit<ParsedInput<Name>, 'operationId' | 'supersedes'>;
  };
}[CommandName];

/** The commands for the changes that were chosen, in the order in which they are submitted. */
export const commandsFor = (now: CurrentSettings, file: CarriedFile, chosen: ReadonlySet<string>): CarriedCommand[] => {
  const { settings } = file;
  const { changes } = changesOf(now, file);
  const wanted = changes.filter(({ id }) => chosen.has(id));
  const has = (part: CarriedChange['part']): boolean => wanted.some((one) => one.part === part);
  const commands: CarriedCommand[] = [];
  const ofFestival = wanted.filter(({ part }) => part === 'name' || part === 'zone' || part === 'limits');
  if (ofFestival.length > 0) {
    const from = (part: 'name' | 'zone' | 'limits') => (has(part) ? settings.festival : now.festival);
    const limits = from('limits');
    commands.push({
      ids: ofFestival.map(({ id }) => id),
      name: 'festival.set',
      input: {
        base: now.festival.version,
        name: from('name').name,
        timeZone: from('zone').timeZone ?? now.festival.timeZone,
        language: from('zone').language ?? now.festival.language,
        approvalLimitCents: limits.approvalLimitCents,
        cardDayLimitCents: limits.cardDayLimitCents,
        operatorDayLimitCents: limits.operatorDayLimitCents,
      },
    });
  }
  for (const { id, part, subject } of wanted) {
    switch (part) {
      case 'escalation':
        if (settings.escalation !== null) {
          const input = { base: now.escalation.version, settings: settings.escalation };
          commands.push({ ids: [id], name: 'escalation.set', input });
        }
        break;
      case 'thresholds': {
        const carried = settings.thresholds.find(({ algorithm }) => algorithm === subject);
        const base = now.detectors.find(({ algorithm }) => algorithm === subject)?.updatedAt ?? null;
        if (carried !== undefined) commands.push({ ids: [id], name: 'detectors.set', input: { ...carried, base } });
        break;
      }
      case 'meaning': {
        const carried = settings.meanings.find(({ kind, word }) => `${kind} ${word}` === subject);
        const base = now.words.find(({ kind, word }) => `${kind} ${word}` === subject)?.version ?? 0;
        if (carried !== undefined) {
          commands.push({ ids: [id], name: 'transactionMeanings.set', input: { ...carried, base } });
        }
        break;
      }
      case 'log':
        commands.push({ ids: [id], name: 'log.set', input: { base: now.log.version, ...settings.log } });
        break;
      case 'checklists':
        commands.push({
          ids: [id],
          name: 'checklist.set',
          input: { base: now.checklists.version, ...settings.checklists },
        });
        break;
      case 'name':
      case 'zone':
      case 'limits':
        break;
    }
  }
  return commands;
};
