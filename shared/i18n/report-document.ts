import type { Language } from '../domain/language.ts';
import { type FestivalReport, isFestivalReport, type Report, type ReportSignature } from '../domain/report.ts';
import { type DocumentFact, type DocumentSection, type ReportDocument, shownOf } from '../domain/report-document.ts';
import { fill } from './fill.ts';
import { type ReportCells, reportCells } from './report-cells.ts';
import { plainTime } from './report-format.ts';
import { moneySection } from './report-money.ts';
import {
  alarmSections,
  correctionSection,
  detectionSection,
  healthSection,
  recordSections,
  responseSection,
} from './report-operations.ts';
import { recommendationSentence } from './report-recommendations.ts';
import { capacitySections, securitySections } from './report-reviews.ts';

/**
 * A report in one language: what PDF and CSV are written from.
 * @param signature null: nobody has signed it, and its head says so
 */
export const reportDocument = (
  { report, sha256 }: { readonly report: Report; readonly sha256: string },
  signature: ReportSignature | null,
  language: Language,
): ReportDocument => {
  const { head } = report;
  const cells = reportCells(language, head.timeZone);
  const { words } = cells;
  const title = words[`title_${head.kind}`];
  const time = (instant: string) => plainTime(instant, head.timeZone);
  return {
    ...{ language, title },
    subtitle: fill(words.stretch, { from: time(head.from), to: time(head.to), zone: head.timeZone }),
    signed: {
      yes: signature !== null,
      sentence:
        signature === null
          ? words.unsigned
          : fill(words.signed, {
              ...{ by: signature.by, laptop: signature.laptop, at: time(signature.at) },
              role: shownOf(cells.word('role', signature.role)),
            }),
    },
    facts: headFacts(cells, report, sha256),
    sections: [recommendations(cells, report), ...sectionsOf(cells, report)],
    foot: fill(words.foot, { title, festival: festivalOf(report), hash: sha256.slice(0, 16) }),
    page: words.page,
  };
};

const festivalOf = ({ head: { festival } }: Report): string =>
  festival.name === '' ? festival.database : festival.name;

const headFacts = (cells: ReportCells, report: Report, sha256: string): DocumentFact[] => {
  const { words, time, count } = cells;
  const { festival, transactions, read, audit, log, takenAt } = report.head;
  const at = (id: string, instant: string) => ({
    ...{ raw: `${id} ${instant}`, shown: `${id} · ${shownOf(time(instant))}` },
  });
  return [
    { id: 'festival', label: words.festival, cell: festivalOf(report) },
    { id: 'database', label: words.database, cell: `${festival.database} (Postgres ${festival.serverVersion})` },
    { id: 'festival_id', label: words.festivalId, cell: festival.id },
    { id: 'taken_at', label: words.takenAt, cell: time(takenAt) },
    { id: 'transactions', label: words.transactions, cell: count(transactions.count) },
    {
      ...{ id: 'first_transaction', label: words.firstTransaction },
      cell: transactions.first === null ? null : at(transactions.first.id, transactions.first.at),
    },
    {
      ...{ id: 'last_transaction', label: words.lastTransaction },
      cell: transactions.last === null ? null : at(transactions.last.id, transactions.last.at),
    },
    ...(transactions.undated > 0 ? [{ id: 'undated', label: words.undated, cell: count(transactions.undated) }] : []),
    { id: 'read_up_to', label: words.readUpTo, cell: read === null ? null : at(read.upTo, read.at) },
    { id: 'audit_head', label: words.auditHead, cell: `${audit.seq} · ${audit.hash}` },
    { id: 'log_head', label: words.logHead, cell: `${log.number} · ${log.hash}` },
    { id: 'sha256', label: words.sha256, cell: sha256 },
  ];
};

const recommendations = ({ words, language }: ReportCells, report: Report): DocumentSection => ({
  id: 'recommendations',
  heading: words.recommendations,
  paragraphs:
    report.recommendations.length === 0
      ? [words.noRecommendation]
      : [
          words.recommendationsText,
          ...report.recommendations.map((one) => `– ${recommendationSentence(one, language)}`),
        ],
  facts: [],
  charts: [],
  tables: [],
});

const sectionsOf = (cells: ReportCells, report: Report): DocumentSection[] => {
  if (isFestivalReport(report)) return festivalSections(cells, report);
  return 'forecasts' in report ? capacitySections(cells, report) : securitySections(cells, report);
};

const festivalSections = (cells: ReportCells, report: FestivalReport): DocumentSection[] => [
  moneySection(cells, report),
  correctionSection(cells, report),
  detectionSection(cells, report),
  responseSection(cells, report),
  ...alarmSections(cells, report),
  healthSection(cells, report.health),
  ...recordSections(cells, report),
];
