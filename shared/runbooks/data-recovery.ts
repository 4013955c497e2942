import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, watchIt } from './festival-steps.ts';

/** A copy before corrections by hand, and a comparison before they are kept. */
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
        en: 'The monitoring events of recent days, by status. What is wrong with them?',
        fr: 'Les événements des derniers jours, par état. Qu’ont-ils d’anormal ?',
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
        en: 'Copies monitoring_events as they are now into the schema console. At most ten copies are stored; an administrator removes one with “drop table console.<name>; delete from console.event_backups where table_name = ‘<name>’”.',
        fr: 'Copie monitoring_events dans leur état actuel, dans le schéma console. Dix copies au plus ; un administrateur en supprime une avec « drop table console.<nom>; delete from console.event_backups where table_name = ‘<nom>’ ».',
      },
    },
    {
      id: 'backups',
      kind: 'query',
      window: [5, 15],
      title: { en: 'Which copies exist?', fr: 'Quelles copies existe-t-il ?' },
      text: {
        en: 'The newest is the one just made. Check that its number of events is plausible.',
        fr: 'La plus récente vient d’être faite. Vérifiez que son nombre d’événements est plausible.',
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
      title: { en: 'Is a manual correction needed?', fr: 'Faut-il une correction manuelle ?' },
      text: {
        en: 'Alerts are closed, reopened and marked on the board. Correct manually only what the board cannot.',
        fr: 'Les alertes se clôturent, se rouvrent et se marquent au tableau. Ne corrigez manuellement que ce que le tableau ne permet pas.',
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
        en: 'The console’s login is deliberately not allowed to do this: a database administrator does it.',
        fr: 'Le compte de la console n’en a volontairement pas le droit : un administrateur de la base s’en charge.',
      },
      message: {
        en: 'Monitoring events need a manual correction. A copy has been made; its name is in the runbook “Data recovery”.',
        fr: 'Des événements demandent une correction manuelle. Une copie a été faite ; son nom est dans la procédure « Récupération des données ».',
      },
    }),
    {
      id: 'correct',
      kind: 'instruction',
      window: [15, 60],
      title: { en: 'What the administrator runs', fr: 'Ce que l’administrateur exécute' },
      text: {
        en: 'In psql: “begin;”, the corrections, then “select * from console.events_since_backup();” in the same session. If only the intended changes are listed: “commit;”. Otherwise: “rollback;”.',
        fr: 'Dans psql : « begin; », les corrections, puis « select * from console.events_since_backup(); » dans la même session. Si seuls les changements voulus sont listés : « commit; ». Sinon : « rollback; ».',
      },
    },
    {
      id: 'compare',
      kind: 'query',
      window: [15, 60],
      title: { en: 'What has changed since the copy?', fr: 'Qu’est-ce qui a changé depuis la copie ?' },
      text: {
        en: 'Every event that differs from the newest copy, is gone or is new. New ones are normal: detection continues.',
        fr: 'Chaque événement différent de la dernière copie, disparu ou nouveau. Les nouveaux sont normaux : la détection continue.',
      },
      sql: 'select difference, event_id, columns, status_then, status_now from console.events_since_backup()',
    },
    {
      id: 'right',
      kind: 'decision',
      window: [15, 60],
      title: { en: 'Are these the intended changes?', fr: 'Est-ce bien ce qui était voulu ?' },
      text: {
        en: 'A “gone” is never intended.',
        fr: 'Un « gone » n’est jamais voulu.',
      },
      choices: [
        { id: 'yes', label: { en: 'Yes', fr: 'Oui' }, tone: 'safe', next: 'recurrence' },
        {
          id: 'no',
          label: { en: 'No: restore the copy', fr: 'Non : restaurer la copie' },
          tone: 'danger',
          next: 'restore',
        },
      ],
    },
    {
      id: 'restore',
      kind: 'instruction',
      window: [20, 60],
      title: { en: 'Restore from the copy', fr: 'Restaurer depuis la copie' },
      text: {
        en: 'The administrator runs, with the copy’s name: “begin; update monitoring_events e set status = b.status, resolved_at = b.resolved_at, resolution_notes = b.resolution_notes, event_data = b.event_data from console.<copy> b where b.event_id = e.event_id and b is distinct from e; insert into monitoring_events select * from console.<copy> b where not exists (select from monitoring_events e where e.event_id = b.event_id); commit;”',
        fr: 'L’administrateur exécute, avec le nom de la copie : « begin; update monitoring_events e set status = b.status, resolved_at = b.resolved_at, resolution_notes = b.resolution_notes, event_data = b.event_data from console.<copie> b where b.event_id = e.event_id and b is distinct from e; insert into monitoring_events select * from console.<copie> b where not exists (select from monitoring_events e where e.event_id = b.event_id); commit; »',
      },
    },
    {
      id: 'compare-again',
      kind: 'query',
      window: [20, 60],
      title: { en: 'Is it restored?', fr: 'Est-ce restauré ?' },
      text: {
        en: 'Only new events are listed.',
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
            en: 'The board matches the records',
            fr: 'Le tableau correspond aux enregistrements',
          },
        },
        {
          id: 'noted',
          label: {
            en: 'Who corrected what, and why, is documented',
            fr: 'Qui a corrigé quoi, et pourquoi, est consigné',
          },
        },
      ],
    ),
  ],
};
