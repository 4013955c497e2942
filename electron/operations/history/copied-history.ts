import { asksForEach, type HistoryFilter, type HistoryRow } from '../../../shared/contract/history.ts';
import type { Alert, AlertEvent, TimelineEntry } from '../../../shared/domain/alert.ts';
import { cardIdReadings } from '../../../shared/domain/card-id.ts';
import { eventsOf } from '../../../shared/domain/incident.ts';
import { containsWords, foldedWords } from '../../../shared/domain/log-words.ts';
import { compareIds } from '../../../shared/domain/row-id.ts';
import { detectorsSaying, numberIn } from './history-words.ts';

/** So many are shown: the laptop's copy is of two days. */
const MOST_ROWS = 1_000;

/**
 * The history as far as this laptop's copy reaches, filtered as the festival's database does it.
 * @param timelineOf what happened to an incident; only read where it is asked for
 */
export const copiedHistory = (
  alerts: readonly Alert[],
  timelineOf: (alert: Alert) => readonly TimelineEntry[],
  filter: HistoryFilter,
): HistoryRow[] => {
  const each = asksForEach(filter);
  const cards = filter.card === null ? null : new Set(cardIdReadings(filter.card).exact);
  const place = filter.place?.toLowerCase() ?? null;
  const number = numberIn(filter.words);
  const asked = (number === null ? foldedWords(filter.words) : []).map((word) => ({
    word,
    saidBy: new Set(detectorsSaying(word)),
  }));
  const fits = (row: HistoryRow): boolean => {
    const { from, until, detector, severity, status, least, most } = filter;
    const moment = Date.parse(row.detectedAt);
    const amount = row.amountCents === null ? null : Math.abs(row.amountCents);
    return (
      (from === null || moment >= Date.parse(from)) &&
      (until === null || moment < Date.parse(until)) &&
      (detector === null || row.algorithm === detector) &&
      (severity === null || row.severity === severity) &&
      (status === null || row.status === status) &&
      (least === null || (amount !== null && amount >= least)) &&
      (most === null || (amount !== null && amount <= most)) &&
      (cards === null || (row.cardId !== null && cards.has(row.cardId))) &&
      (place === null || (row.place?.toLowerCase().includes(place) ?? false)) &&
      (number === null || row.eventId === number || row.incidentId === number)
    );
  };
  const said = (row: HistoryRow, ofIncident: readonly TimelineEntry[]): boolean => {
    const timeline = ofIncident.filter(({ eventId }) => eventId === row.eventId);
    const people = [...row.people, ...timeline.flatMap(({ actor }) => actor ?? [])];
    if (filter.operator !== null && !people.includes(filter.operator)) return false;
    const text = [
      row.eventId,
      row.incidentId,
      row.algorithm,
      row.cardId,
      row.resolution,
      ...people,
      ...textsIn(row.facts),
    ]
      .concat(timeline.flatMap(({ data }) => textsIn(data)))
      .join('\n');
    return asked.every(({ word, saidBy }) => saidBy.has(row.algorithm) || containsWords(text, word));
  };
  return alerts
    .flatMap((alert) => {
      const all = eventsOf(alert);
      const first = all.find(({ eventId }) => eventId === alert.incidentId) ?? alert.lead;
      const rows = (each ? all : [first])
        .map((event) => toRow(alert, event))
        .filter((row) => row.severity !== 'INFO' && fits(row));
      if (rows.length === 0 || (asked.length === 0 && filter.operator === null)) return rows;
      const timeline = timelineOf(alert);
      return rows.filter((row) => said(row, timeline));
    })
    .sort((a, b) => Date.parse(b.detectedAt) - Date.parse(a.detectedAt) || compareIds(b.eventId, a.eventId))
    .slice(0, MOST_ROWS);
};

const toRow = (alert: Alert, event: AlertEvent): HistoryRow => ({
  eventId: event.eventId,
  incidentId: alert.incidentId,
  severity: event.severity,
  status: event.status,
  algorithm: event.algorithm,
  cardId: event.cardId,
  amountCents: event.amountCents,
  facts: event.facts,
  place: placeOf(event),
  occurredAt: event.occurredAt,
  detectedAt: event.detectedAt,
  resolvedAt: event.resolvedAt,
  resolution: event.resolutionNotes,
  people: [...new Set([event.acknowledgedBy, event.takenBy].filter((name) => name !== null))],
  others: Math.min(100, alert.linkedCount),
  kept: 'alerts',
});

const placeOf = ({ facts }: AlertEvent): string | null =>
  [facts.point_of_sale, facts.device_identifier].find((place) => typeof place === 'string') ?? null;

/** All texts and numbers in a value of JSON. */
const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};
