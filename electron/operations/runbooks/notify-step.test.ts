import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EscalationSettings } from '../../../shared/domain/escalation.ts';
import { GUIDE_ESCALATION } from '../../../shared/domain/escalation.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { secretsOn } from '../../testing/escalation.ts';
import { openReceivers, type Receivers } from '../../testing/receivers.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitTo } from '../../testing/submit.ts';
import { readDeliveries } from '../escalation/deliveries.ts';
import { createDispatcher, type Dispatcher } from '../escalation/dispatch.ts';
import { readEscalation } from '../escalation/settings.ts';

let database: TestDatabase;
let receivers: Receivers;
let dispatcher: Dispatcher;

const on = (laptop: string): Dispatcher =>
  createDispatcher({
    ...{ database: database.festival, secrets: secretsOn(database.festival) },
    laptop,
    timeZone: 'Europe/Paris',
    clock: { now: Date.now, monotonic: () => performance.now() },
    log: { warn: () => undefined },
  });
beforeEach(async () => {
  database = await borrowTestDatabase();
  receivers = await openReceivers();
  dispatcher = on('booth-1');
});
afterEach(async () => {
  await dispatcher.close();
  await receivers.close();
  await database.close();
});

const submit = submitTo(() => database.festival);
/** Saves whom to tell and how; with what is given, instead of the receivers of the test. */
const save = async (some: Partial<EscalationSettings> = {}): Promise<void> => {
  const { version } = await database.festival.read(readEscalation);
  const settings: EscalationSettings = {
    ...GUIDE_ESCALATION,
    contacts: [
      { id: 'operations-manager', name: 'Ops', phone: '+33600000001', email: '' },
      { id: 'technical-lead', name: 'Tech', phone: '+33600000002', email: '' },
      { id: 'support', name: 'Support', phone: '', email: '' },
      { id: 'development', name: 'Dev', phone: '', email: '' },
    ],
    slack: { url: `${receivers.http}/slack` },
    twilio: { url: receivers.http, account: 'AC1', token: 'secret', from: '+33100000000' },
    ...some,
  };
  expect(await submit('escalation.set', { base: version, settings })).toMatchObject({
    outcome: 'applied',
  });
};
const log = async () =>
  (await database.festival.read(readDeliveries))
    .map(({ step, contact, channel, state }) => `${step} ${contact} ${channel} ${state}`)
    .sort();

describe('a step of a runbook that tells somebody', () => {
  const words = (text: string) => ({ en: text, fr: text });
  const step = {
    window: [0, 5] as [number, number],
    title: words('a'),
    text: words('a'),
    message: words('the bars wait'),
  };
  const general: Runbook = {
    id: 'bars-wait',
    version: 1,
    title: words('The bars wait'),
    source: 'our own',
    algorithms: [],
    steps: [
      { ...step, id: 'lead', kind: 'notify', to: { contact: 'technical-lead' } },
      { ...step, id: 'first', kind: 'escalate', severity: 'CRITICAL' },
      { ...step, id: 'second', kind: 'escalate', severity: 'CRITICAL' },
      { ...step, id: 'all', kind: 'notify', to: { severity: 'MEDIUM' } },
    ],
  };
  const begin = async (eventId: RowId | null, runbook: Runbook): Promise<string> => {
    const runId = uuid();
    const begun = await submit('runbook.start', { eventId, runId, runbookId: runbook.id, runbook });
    expect(begun).toMatchObject({ outcome: 'applied' });
    return runId;
  };
  const tell = (runId: string, stepId: string, how: 'sent' | 'by_hand') =>
    submit('runbook.completeStep', {
      runId,
      stepId,
      told: {
        how,
        message: 'The bars wait.',
        people: how === 'sent' ? [] : [{ contact: 'operations-manager', name: 'Ops', phone: '+33600000001' }],
      },
    });

  it('sends through the channels once, also while nobody climbs the ladder', async () => {
    await save();
    const runId = await begin(null, general);
    expect(await tell(runId, 'lead', 'sent')).toMatchObject({ outcome: 'applied' });
    // Monitoring is stopped: no laptop leads, and several look.
    await Promise.all([dispatcher.poll('ordered'), on('booth-2').poll('ordered')]);
    await dispatcher.poll('ordered');
    expect(await log()).toEqual([
      '100 technical-lead slack sent',
      '100 technical-lead sms sent',
      '100 technical-lead voice sent',
    ]);
    expect(receivers.requests.filter(({ body }) => body.includes('bars'))).toHaveLength(3);
    const { rows } = await database.admin.query('select told from console.runbook_steps where run_id = $1', [runId]);
    expect(rows).toEqual([
      {
        told: {
          how: 'sent',
          message: 'The bars wait.',
          people: [{ contact: 'technical-lead', name: 'Tech', phone: '+33600000002' }],
        },
      },
    ]);
  });

  it('goes to nobody but those whom the step names, whoever else stands in a row beside it', async () => {
    await save();
    const runId = await begin(null, general);
    await tell(runId, 'lead', 'sent');
    const other = await insertEvent(database);
    // As whoever holds the consoles' login could within the transaction of somebody's command.
    for (const [contact, channel, step, eventId] of [
      ['operations-manager', 'sms', 100, null],
      ['technical-lead', 'email', 100, null],
      ['operations-manager', 'voice', 0, null],
      ['technical-lead', 'slack', 100, other],
    ]) {
      await database.admin.query(
        `insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at, operation_id, run_id, message)
         select $1, severity, called_at, 'infinity', $2, $3, $4, due_at, operation_id, run_id, message
         from console.deliveries where run_id = $5 limit 1`,
        [eventId, step, contact, channel, runId],
      );
    }
    await dispatcher.poll('ordered');
    expect(await log()).toEqual([
      '0 operations-manager voice failed',
      '100 operations-manager sms failed',
      '100 technical-lead email failed',
      '100 technical-lead slack failed',
      '100 technical-lead slack sent',
      '100 technical-lead sms sent',
      '100 technical-lead voice sent',
    ]);
    expect(receivers.requests).toHaveLength(3);
  });

  it('climbs the ladder level by level, and by hand where no message leaves', async () => {
    await save();
    const runId = await begin(null, general);
    await tell(runId, 'lead', 'by_hand');
    await tell(runId, 'first', 'sent');
    await tell(runId, 'second', 'sent');
    await dispatcher.poll();
    expect(await log()).toEqual([
      '0 operations-manager sms sent',
      '0 operations-manager voice sent',
      '1 technical-lead sms sent',
      '1 technical-lead voice sent',
    ]);
    await save({ slack: null, smtp: null, twilio: null });
    expect(await tell(runId, 'all', 'sent')).toMatchObject({
      outcome: 'conflict',
      error: { code: 'nobody_reachable' },
    });
    expect(await tell(runId, 'all', 'by_hand')).toMatchObject({ outcome: 'applied' });
  });

  it('tells the next level of an alert’s ladder at once, which the ladder then does not tell again', async () => {
    await save();
    const eventId = await insertEvent(database, { cardId: 'STEP' });
    const runbook: Runbook = {
      ...general,
      algorithms: ['balance_deduction_on_failure'],
      steps: [{ ...step, id: 'now', kind: 'escalate' }, { ...step, id: 'after', kind: 'instruction' } as never].map(
        ({ message: _, ...one }, index) => (index === 0 ? { ...one, message: step.message } : one),
      ) as Runbook['steps'],
    };
    const runId = await begin(eventId, runbook);
    // Beginning acknowledges it, which would cancel what the ladder itself has due.
    expect(await tell(runId, 'now', 'sent')).toMatchObject({ outcome: 'applied' });
    await dispatcher.poll();
    const sent = ['0 operations-manager sms sent', '0 operations-manager voice sent'];
    expect(await log()).toEqual(sent);
    await submit('alert.unacknowledge', { eventId });
    await database.admin.query(
      `update monitoring_events set detection_timestamp = now() - interval '70 seconds' where event_id = $1`,
      [eventId],
    );
    await dispatcher.poll();
    expect(await log()).toEqual(sent);
    const { rows } = await database.admin.query(
      'select escalation_level from alert_history where monitoring_event_id = $1',
      [eventId],
    );
    expect(rows).toEqual([{ escalation_level: 1 }]);
  });
});
