import type { Language } from '../domain/language.ts';
import { alarmQualityTexts } from './alarm-quality.ts';
import { alertTexts } from './alert.ts';
import { boardTexts } from './board.ts';
import { cardTexts } from './card.ts';
import { carriedTexts } from './carried.ts';
import { causeTexts } from './cause.ts';
import { checklistTexts } from './checklists.ts';
import { commonTexts } from './common.ts';
import { correctionTexts } from './correction.ts';
import { databaseTexts } from './database.ts';
import { detectorTexts } from './detectors.ts';
import { doctorTexts } from './doctor.ts';
import { drillTexts } from './drills.ts';
import { errorTexts } from './errors.ts';
import { escalationTexts } from './escalation.ts';
import { festivalTexts } from './festival.ts';
import { handoverTexts } from './handover.ts';
import { healthTexts } from './health.ts';
import { historyTexts } from './history.ts';
import { laptopTexts } from './laptops.ts';
import { logTexts } from './log.ts';
import { maintenanceTexts } from './maintenance.ts';
import { meaningTexts } from './meanings.ts';
import { messageTexts } from './messages.ts';
import { overviewTexts } from './overview.ts';
import { paperTexts } from './paper.ts';
import { peopleTexts } from './people.ts';
import { problemTexts } from './problems.ts';
import { proposalTexts } from './proposals.ts';
import { receiptTexts } from './receipt.ts';
import { registerTexts } from './register.ts';
import { reportsTexts } from './reports.ts';
import { runbookTexts } from './runbook.ts';
import { runbooksTexts } from './runbooks.ts';
import { settingsTexts } from './settings.ts';
import { setupTexts } from './setup.ts';
import { teamTexts } from './team.ts';
import { thresholdTexts } from './thresholds.ts';
import { trainingTexts } from './training.ts';
import { updatesTexts } from './updates.ts';
import { visitorTexts } from './visitor.ts';
import { waitingTexts } from './waiting.ts';

export { LANGUAGES, type Language } from '../domain/language.ts';

const sources = {
  alarmQuality: alarmQualityTexts,
  alert: alertTexts,
  board: boardTexts,
  card: cardTexts,
  carried: carriedTexts,
  cause: causeTexts,
  checklists: checklistTexts,
  common: commonTexts,
  correction: correctionTexts,
  database: databaseTexts,
  detectors: detectorTexts,
  doctor: doctorTexts,
  drills: drillTexts,
  errors: errorTexts,
  escalation: escalationTexts,
  festival: festivalTexts,
  handover: handoverTexts,
  health: healthTexts,
  history: historyTexts,
  laptops: laptopTexts,
  maintenance: maintenanceTexts,
  meanings: meaningTexts,
  log: logTexts,
  messages: messageTexts,
  overview: overviewTexts,
  paper: paperTexts,
  people: peopleTexts,
  problems: problemTexts,
  proposals: proposalTexts,
  receipt: receiptTexts,
  reports: reportsTexts,
  register: registerTexts,
  runbook: runbookTexts,
  runbooks: runbooksTexts,
  settings: settingsTexts,
  setup: setupTexts,
  team: teamTexts,
  thresholds: thresholdTexts,
  training: trainingTexts,
  updates: updatesTexts,
  visitor: visitorTexts,
  waiting: waitingTexts,
};

/** All texts of a language by area: `board.title`. */
export const texts = (language: Language) =>
  Object.fromEntries(Object.entries(sources).map(([area, byLanguage]) => [area, byLanguage[language]]));
