import { afterEach, beforeEach } from 'vitest';
import type { EscalationSettings } from '../../shared/domain/escalation.ts';
import { GUIDE_ESCALATION } from '../../shared/domain/escalation.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { createSecretSettings } from '../operations/escalation/channel-secrets.ts';
import { readDeliveries } from '../operations/escalation/deliveries.ts';
import { createDispatcher, type Dispatcher } from '../operations/escalation/dispatch.ts';
import { readEscalation } from '../operations/escalation/settings.ts';
import type { EnrolledAs } from '../operations/laptops/laptops.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { TestDatabase } from './database.ts';
import { TEST_LAPTOP } from './operators.ts';
import { openReceivers, type Receivers } from './receivers.ts';
import { borrowTestDatabase } from './reused-database.ts';
import { applyTo, submitTo } from './submit.ts';

/** The channels' secrets, as a laptop of the test databases is given them. */
export const secretsOn = (festival: FestivalDatabase, enrolledAs: EnrolledAs | undefined = TEST_LAPTOP) =>
  createSecretSettings({ database: festival, enrolledAs: () => enrolledAs });

/** A festival with a laptop that escalates to real receivers, new for each test of the file that calls this. */
export const escalationWorld = () => {
  let database: TestDatabase;
  let receivers: Receivers;
  let dispatcher: Dispatcher;
  let hour: string;

  /** The dispatcher of another laptop. */
  const createOn = (laptop: string, { festival = database.festival, secrets = secretsOn(festival) } = {}): Dispatcher =>
    createDispatcher({
      ...{ database: festival, secrets },
      laptop,
      timeZone: 'Europe/Paris',
      clock: { now: () => Date.parse(`2026-07-03T${hour}:00+02:00`), monotonic: () => performance.now() },
      log: { warn: () => undefined },
    });
  beforeEach(async () => {
    database = await borrowTestDatabase();
    receivers = await openReceivers();
    hour = '21:00';
    dispatcher = createOn('booth-1');
  });
  afterEach(async () => {
    await dispatcher.close();
    await receivers.close();
    await database.close();
  });

  const settings = (some: Partial<EscalationSettings> = {}): EscalationSettings => ({
    ...GUIDE_ESCALATION,
    contacts: [
      { id: 'operations-manager', name: 'Ops', phone: '+33600000001', email: 'ops@festival.example' },
      { id: 'technical-lead', name: 'Tech', phone: '+33600000002', email: 'tech@festival.example' },
      { id: 'support', name: 'Support', phone: '', email: 'support@festival.example' },
      { id: 'development', name: 'Dev', phone: '', email: 'dev@festival.example' },
    ],
    smtp: { ...receivers.smtp, secure: false, user: '', password: '', from: 'regie@festival.example' },
    slack: { url: `${receivers.http}/slack` },
    twilio: { url: receivers.http, account: 'AC1', token: 'secret', from: '+33100000000' },
    ...some,
  });
  const apply = applyTo(() => database.festival);
  return {
    get database() {
      return database;
    },
    get receivers() {
      return receivers;
    },
    createOn,
    /** The time of day at the laptop, from now on. */
    setHour: (time: string): void => {
      hour = time;
    },
    /** One round of the dispatcher on booth-1. */
    poll: () => dispatcher.poll(),
    /** One look of the dispatcher on booth-1, which waits for no receiver. */
    look: () => dispatcher.look(),
    submit: submitTo(() => database.festival),
    /** Saves the guide's policy with these contacts and channels, changed as the test needs it. */
    save: async (some: Partial<EscalationSettings> = {}): Promise<void> => {
      const { version } = await database.festival.read(readEscalation);
      await apply('escalation.set', { base: version, settings: settings(some) });
    },
    /** Makes an alert so old. */
    raisedAgo: (eventId: RowId, seconds: number) =>
      database.admin.query(
        'update monitoring_events set detection_timestamp = now() - make_interval(secs => $2) where event_id = $1',
        [eventId, seconds],
      ),
    /** So much time passes for messages that wait for another try. */
    waits: (seconds: number) =>
      database.admin.query(
        `update console.deliveries set next_at = next_at - make_interval(secs => $1), due_at = due_at - make_interval(secs => $1),
           tried_until = tried_until - make_interval(secs => $1) where state = 'due'`,
        [seconds],
      ),
    /** What the alert's timeline says of its messages. */
    said: async (eventId: RowId): Promise<Record<string, unknown>[]> => {
      const { rows } = await database.admin.query<{ kind: string; data: Record<string, unknown> }>(
        `select kind, data from console.timeline where event_id = $1 and kind like 'escalat%' order by entry_id`,
        [eventId],
      );
      return rows.map(({ kind, data: { delivery: _, ...data } }) => ({ kind, ...data }));
    },
    deliveries: async (): Promise<string[]> =>
      (await database.festival.read(readDeliveries))
        .map(({ step, contact, channel, state }) => `${step} ${contact} ${channel} ${state}`)
        .sort(),
  };
};
