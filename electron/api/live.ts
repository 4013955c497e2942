import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { CallsOf } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { maskedAddress } from '../../shared/domain/receipt.ts';
import { readDetectors, readThresholdChanges } from '../engine/detector-report.ts';
import { LeaseLost } from '../engine/engine.ts';
import { readHealth } from '../engine/health-report.ts';
import { giveOrder, type OrderKind } from '../engine/requests.ts';
import { detectorNamed, parseThresholds } from '../engine/thresholds.ts';
import { isConnectionError } from '../lib/postgres-errors.ts';
import { verifyAudit } from '../operations/audit/audit-chain.ts';
import { previewBulk } from '../operations/corrections/bulk-preview.ts';
import { readProposalItems } from '../operations/corrections/proposal-view.ts';
import { readReceipt, sendReceipt } from '../operations/corrections/receipt.ts';
import { sendVia } from '../operations/escalation/channels.ts';
import { testMessage } from '../operations/escalation/message.ts';
import { readDeliveries } from '../operations/escalation/policy.ts';
import { readEscalation, readEscalationView } from '../operations/escalation/settings.ts';
import { readHandovers } from '../operations/handover/handover-view.ts';
import { signCommand } from '../operations/registry.ts';
import { runRunbookQuery } from '../operations/runbooks/runbook-query.ts';
import { examine } from '../postgres/doctor.ts';
import type { Handlers } from './index.ts';
import type { Parts } from './parts.ts';

/** So long a runbook waits for today's result where it has an older one. */
const KEPT_AFTER_MS = 1_000;
/** A recompute takes as long as the log is. */
const ORDER_WITHIN_MS = 10 * 60_000;

/** Need the festival's database; answer `offline` when it does not. */
export const liveHandlers = (parts: Parts): Pick<Handlers, CallsOf<'live'>> => {
  const whenReachable = async <T>(work: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    if (!parts.festival().reachable()) return failed('offline');
    try {
      return await work();
    } catch (error) {
      if (isConnectionError(error)) return failed('offline');
      throw error;
    }
  };
  /** Does it here where this laptop runs the engine, else has it done by the one that does. */
  const onTheEngine = <T>(
    kind: OrderKind,
    here: () => Promise<T>,
    read: (result: Readonly<Record<string, number>>) => T,
  ): Promise<Answer<T>> =>
    whenReachable(async () => {
      const { database, engine } = parts.festival();
      try {
        return answered(await here());
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
      }
      const stop = parts.festival().status().stopped;
      if (stop !== null) return failed('monitoring_stopped', { name: stop.by });
      const operator = parts.session.operator();
      if (operator === null) return failed('not_signed_in');
      const { laptop } = parts.session.get();
      const order = { id: uuid(), kind, operator, laptop };
      const answer = await giveOrder({ database, order, clock: parts.clock, withinMs: ORDER_WITHIN_MS });
      if (answer.state === 'done') return answered(read(answer.result));
      const leader = engine.status().leader?.laptop ?? '';
      return answer.state === 'untaken'
        ? failed('engine_nowhere', { laptop: leader })
        : failed('order_failed', { laptop: leader, why: answer.error });
    });
  return {
    'correction.approveByPin': (given) => whenReachable(() => parts.people.approveByPin(given)),
    'correction.preview': (asked) =>
      whenReachable(async () => answered(await previewBulk(parts.festival().database, asked))),
    'proposal.items': ({ proposalId }) =>
      whenReachable(async () => answered({ items: await readProposalItems(parts.festival().database, proposalId) })),
    'receipt.look': ({ logId }) =>
      whenReachable(async () => {
        const receipt = await readReceipt(parts.festival().database, logId);
        return receipt === undefined ? failed('not_found') : answered(receipt);
      }),
    'receipt.send': (given) =>
      whenReachable(async () => {
        const { database, replay } = parts.festival();
        const signedIn = parts.session.signedIn();
        const author = parts.session.author();
        if (signedIn === null || author === null) return failed('not_signed_in');
        const receipt = await readReceipt(database, given.logId);
        if (receipt === undefined) return failed('not_found');
        const { timeZone, festival } = parts.session.get();
        const sent = await sendReceipt(database, receipt, given, { timeZone, festival: festival.name });
        if (!sent.ok) return sent;
        const { operationId, language, to } = given;
        const input = {
          operationId,
          correctionId: receipt.operationId,
          channel: to.channel,
          to: maskedAddress(to.channel, to.address),
          language,
        };
        // It is on its way to the visitor: that is noted, whatever becomes of the network now.
        const noted = await replay.submit(signCommand({ name: 'receipt.sent', input, author }, signedIn.secret));
        return noted.ok ? answered({}) : noted;
      }),
    'card.look': ({ cardId }) => whenReachable(async () => answered(await parts.festival().cards.look(cardId))),
    'runbook.runQuery': async ({ runId, stepId }) => {
      const { database, alerts, runs, kept, festivalEvidence } = parts.festival();
      const incident = alerts.byRun(runId) ?? null;
      const run = incident?.run ?? runs.find(runId);
      const runbook = run && (run.runbook ?? parts.runbooks.find(run.runbookId));
      const step = runbook?.steps.find(({ id }) => id === stepId);
      if (runbook === undefined || step?.kind !== 'query') return failed('not_found');
      const evidence =
        incident === null ? festivalEvidence.find(runbook, stepId) : kept.evidence(incident.alert.incidentId, stepId);
      const today = whenReachable(async () => {
        try {
          const result = await runRunbookQuery(database, { incident, step, clock: parts.clock });
          if (incident === null) festivalEvidence.keep(runbook, stepId, result);
          else kept.keepEvidence(incident.alert.incidentId, stepId, result);
          return answered(result);
        } catch (error) {
          if (isConnectionError(error) || !(error instanceof Error)) throw error;
          // The server's own words: a festival's own query may be wrong, or want to write.
          return failed('query_refused', { why: error.message });
        }
      });
      if (evidence === undefined) return today;
      const first = await Promise.race([today, sleep(KEPT_AFTER_MS, undefined)]);
      return first === undefined || (!first.ok && first.error.code === 'offline') ? answered(evidence) : first;
    },
    'engine.runCycle': () =>
      onTheEngine(
        'cycle',
        () => parts.festival().engine.runCycle('critical'),
        ({ durationMs = 0, findings = 0 }) => ({ durationMs, findings }),
      ),
    'engine.recompute': () =>
      onTheEngine(
        'recompute',
        async () => {
          const { cards, drifted, durationMs } = await parts.festival().engine.recompute();
          return { cards, drifted, durationMs };
        },
        ({ cards = 0, drifted = 0, durationMs = 0 }) => ({ cards, drifted, durationMs }),
      ),
    'detectors.look': () =>
      whenReachable(async () => {
        const { database, kept } = parts.festival();
        const detectors = await readDetectors(database);
        kept.keep('detectors', detectors);
        return answered(detectors);
      }),
    'detectors.changes': ({ algorithm }) =>
      whenReachable(async () =>
        answered({ changes: await readThresholdChanges(parts.festival().database, algorithm) }),
      ),
    'replay.run': ({ algorithm, thresholds, hours }) =>
      whenReachable(async () => {
        const detector = detectorNamed(algorithm);
        if (detector === undefined) return failed('not_found');
        if (detector.judges !== 'arrivals') return failed('not_replayable');
        const parsed = parseThresholds(detector, thresholds);
        if (!parsed.ok) return failed('bad_input', { call: 'replay.run', where: parsed.where, what: parsed.what });
        const report = await parts.festival().judgeAgain(detector, parsed.thresholds, hours);
        return report === 'cancelled' ? failed('replay_cancelled') : answered(report);
      }),
    'session.begin': ({ name, pin }) => whenReachable(() => parts.people.begin(name, pin)),
    'operators.save': (saved) => whenReachable(() => parts.people.save(saved)),
    'operators.changePin': ({ pin, newPin }) => whenReachable(() => parts.people.changePin(pin, newPin)),
    'audit.verify': () => whenReachable(async () => answered(await verifyAudit(parts.festival().database))),
    'handover.look': () =>
      whenReachable(async () => {
        const { database, kept } = parts.festival();
        const view = await database.read(readHandovers);
        kept.keep('handover', view);
        return answered(view);
      }),
    'escalation.look': () =>
      whenReachable(async () => {
        const { database, kept } = parts.festival();
        const view = await database.read(readEscalationView);
        kept.keep('escalation', view);
        return answered(view);
      }),
    'escalation.deliveries': () =>
      whenReachable(async () => answered({ deliveries: await parts.festival().database.read(readDeliveries) })),
    'escalation.test': ({ contact: id, channel }) =>
      whenReachable(async () => {
        const { settings } = await parts.festival().database.read(readEscalation);
        const contact = settings.contacts.find((one) => one.id === id);
        if (contact === undefined) return failed('not_found');
        try {
          const message = testMessage(uuid(), channel, parts.session.operator() ?? '–');
          await sendVia(channel, { settings, contact, message });
          return answered({});
        } catch (error) {
          return failed('channel_failed', { why: error instanceof Error ? error.message : String(error) });
        }
      }),
    'health.look': () =>
      whenReachable(async () => {
        const { database, kept } = parts.festival();
        const health = await readHealth(database);
        kept.keep('health', health);
        return answered(health);
      }),
    'engine.resetBreaker': () =>
      onTheEngine(
        'breaker',
        async () => {
          const { engine } = parts.festival();
          // Only the breaker of the engine that runs means anything.
          if (!engine.leads()) throw new LeaseLost('this laptop does not run the engine');
          engine.resetBreaker();
          return {};
        },
        () => ({}),
      ),
    'doctor.run': async ({ settings }) => {
      const examined = settings ?? parts.training()?.consoleSettings ?? parts.connection.get();
      if (examined === null || examined === undefined) return failed('not_found');
      return answered({ findings: await examine(examined, { clock: parts.clock }) });
    },
  };
};
