import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, watchIt } from './festival-steps.ts';

/** Guide, "Data Recovery": a copy before corrections by hand, and a comparison before they are kept. */
export const dataRecovery: Runbook = {
  id: 'data-recovery',
  version: 1,
  title: { en: 'Data recovery', fr: 'Récupération des données' },
  source: 'Operational Procedures Reference > Data Recovery',
  algorithms: [],
  steps: [
    {
      id: 'extent',
      kind: 'query',
      window: [0, 10],
      title: { en: 'What do the records say?', fr: 'Que disent les enregistrements ?' },
      text: {
        en: 'The monitoring events of the last days, by state. What is wrong with them?',
        fr: 'Les événements des derniers jours, par état. Qu’ont-ils de faux ?',
      },
      sql: `select date_trunc('day', detection_timestamp) as day, event_type, status, count(*) as events,
  count(*) filter (where status in ('RESOLVED', 'FALSE_POSITIVE') and resolved_at is null) as closed_without_time
from monitoring_events
where detection_timestamp > now() - interval '7 days'
group by 1, 2, 3
order by 1 desc, 2, 3`,
    },
    {
      id: 'backup',
      kind: 'action',
      action: 'backup_events',
      window: [5, 15],
      title: { en: 'Copy the events first', fr: 'Copier d’abord les événements' },
      text: {
        en: 'A copy of monitoring_events as they are now, beside them in the schema console. At most ten are kept; an administrator removes one with “drop table console.<name>; delete from console.event_backups where table_name = ‘<name>’”.',
        fr: 'Une copie de monitoring_events dans leur état actuel, dans le schéma console. Dix au plus ; un administrateur en retire une par « drop table console.<nom>; delete from console.event_backups where table_name = ‘<nom>’ ».',
      },
    },
    {
      id: 'backups',
      kind: 'query',
      window: [5, 15],
      title: { en: 'Which copies are there?', fr: 'Quelles copies existe-t-il ?' },
      text: {
        en: 'The newest is the one that was just made. Its number of events must be believable.',
        fr: 'La plus récente vient d’être faite. Son nombre d’événements doit être crédible.',
      },
      sql: `select table_name, taken_at, taken_by, taken_on, events,
  (select count(*) from monitoring_events) as events_now
from console.event_backups
order by backup_id desc`,
    },
    {
      id: 'who',
      kind: 'decision',
      window: [10, 20],
      title: { en: 'Must something be corrected by hand?', fr: 'Faut-il corriger à la main ?' },
      text: {
        en: 'Alerts are closed, opened again and marked on the board. By hand only what the board cannot mend.',
        fr: 'Les alertes se ferment, se rouvrent et se marquent au tableau. À la main, seulement ce que le tableau ne peut pas.',
      },
      choices: [
        {
          id: 'yes',
          label: { en: 'Yes: an administrator does it', fr: 'Oui : un administrateur le fait' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
        { id: 'no', label: { en: 'No', fr: 'Non' }, tone: 'safe', next: 'recurrence' },
      ],
    },
    askTechnicalLead('tell-technical-lead', [10, 30], {
      text: {
        en: 'The console’s own login may not do this, on purpose: an administrator of the database does.',
        fr: 'L’identifiant de la console n’en a pas le droit, exprès : un administrateur de la base le fait.',
      },
      message: {
        en: 'Monitoring events must be corrected by hand. A copy is made; its name is in the runbook “Data recovery”.',
        fr: 'Des événements doivent être corrigés à la main. Une copie est faite ; son nom est dans la procédure « Récupération des données ».',
      },
    }),
    {
      id: 'correct',
      kind: 'instruction',
      window: [15, 60],
      title: { en: 'What the administrator runs', fr: 'Ce que l’administrateur exécute' },
      text: {
        en: 'In psql: “begin;”, the corrections, then “select * from console.events_since_backup();” in the same session. Only what was meant is listed: “commit;”. Anything else: “rollback;”.',
        fr: 'Dans psql : « begin; », les corrections, puis « select * from console.events_since_backup(); » dans la même session. Seul le voulu est listé : « commit; ». Sinon : « rollback; ».',
      },
    },
    {
      id: 'compare',
      kind: 'query',
      window: [15, 60],
      title: { en: 'What has changed since the copy?', fr: 'Qu’est-ce qui a changé depuis la copie ?' },
      text: {
        en: 'Every event that differs from the newest copy, is gone or is new. New ones are normal: detection goes on.',
        fr: 'Chaque événement différent de la dernière copie, disparu ou nouveau. Les nouveaux sont normaux : la détection continue.',
      },
      sql: 'select difference, event_id, columns, status_then, status_now from console.events_since_backup()',
    },
    {
      id: 'right',
      kind: 'decision',
      window: [15, 60],
      title: { en: 'Is it what was meant?', fr: 'Est-ce ce qui était voulu ?' },
      text: {
        en: 'A “gone” is never meant.',
        fr: 'Un « gone » n’est jamais voulu.',
      },
      choices: [
        { id: 'yes', label: { en: 'Yes', fr: 'Oui' }, tone: 'safe', next: 'recurrence' },
        {
          id: 'no',
          label: { en: 'No: take it back', fr: 'Non : revenir en arrière' },
          tone: 'danger',
          next: 'restore',
        },
      ],
    },
    {
      id: 'restore',
      kind: 'instruction',
      window: [20, 60],
      title: { en: 'Take it back from the copy', fr: 'Revenir à la copie' },
      text: {
        en: 'The administrator, with the copy’s name: “begin; update monitoring_events e set status = b.status, resolved_at = b.resolved_at, resolution_notes = b.resolution_notes, event_data = b.event_data from console.<copy> b where b.event_id = e.event_id and b is distinct from e; insert into monitoring_events select * from console.<copy> b where not exists (select from monitoring_events e where e.event_id = b.event_id); commit;”',
        fr: 'L’administrateur, avec le nom de la copie : « begin; update monitoring_events e set status = b.status, resolved_at = b.resolved_at, resolution_notes = b.resolution_notes, event_data = b.event_data from console.<copie> b where b.event_id = e.event_id and b is distinct from e; insert into monitoring_events select * from console.<copie> b where not exists (select from monitoring_events e where e.event_id = b.event_id); commit; »',
      },
    },
    {
      id: 'compare-again',
      kind: 'query',
      window: [20, 60],
      title: { en: 'Is it back as it was?', fr: 'Est-ce revenu ?' },
      text: {
        en: 'Nothing but new events is listed.',
        fr: 'Seuls de nouveaux événements sont listés.',
      },
      sql: 'select difference, event_id, columns, status_then, status_now from console.events_since_backup()',
    },
    watchIt(
      [30, 60],
      [
        {
          id: 'board',
          label: {
            en: 'The board shows what the records say',
            fr: 'Le tableau montre ce que disent les enregistrements',
          },
        },
        {
          id: 'noted',
          label: {
            en: 'Who corrected what, and why, is written down',
            fr: 'Qui a corrigé quoi, et pourquoi, est écrit',
          },
        },
      ],
    ),
  ],
};
