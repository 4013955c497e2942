import type { Runbook } from '../domain/runbook.ts';
import { close, escalateNow } from './steps.ts';

/** The festival's database cannot be reached, or takes nothing. Its steps hold without it. */
export const databaseNotWorking: Runbook = {
  id: 'database-not-working',
  version: 1,
  title: { en: 'The database cannot be used', fr: 'La base est inutilisable' },
  source: 'Common Issues > Database Performance Degradation; Emergency Procedures',
  algorithms: ['link_lost', 'database_read_only'],
  steps: [
    {
      id: 'where',
      kind: 'decision',
      window: [0, 2],
      title: { en: 'Is it this laptop only?', fr: 'Est-ce seulement ce poste ?' },
      text: {
        en: 'Look at a second laptop, and ask a bar whether payments go through.',
        fr: 'Regardez un second poste, et demandez à un bar si les paiements passent.',
      },
      choices: [
        {
          id: 'this',
          label: { en: 'This laptop only', fr: 'Ce poste seulement' },
          tone: 'neutral',
          next: 'network',
        },
        {
          id: 'all',
          label: { en: 'Everybody, or I don’t know', fr: 'Tout le monde, ou je ne sais pas' },
          tone: 'danger',
          next: 'escalate',
        },
      ],
    },
    {
      id: 'network',
      kind: 'checklist',
      window: [2, 10],
      title: { en: 'This laptop’s network', fr: 'Le réseau de ce poste' },
      text: {
        en: 'What you do here waits and is sent when the connection is back. Urgent work goes on at the other laptop.',
        fr: 'Ce que vous faites ici attend et part au retour de la connexion. L’urgent continue sur l’autre poste.',
      },
      items: [
        { id: 'cable', label: { en: 'Cable or Wi-Fi checked', fr: 'Câble ou Wi-Fi vérifié' } },
        { id: 'settings', label: { en: 'Connection tested in Settings', fr: 'Connexion testée dans les réglages' } },
      ],
      next: 'server',
    },
    escalateNow([2, 5], {
      en: 'Regie cannot use the festival’s database. Please check the server, its disk and its network now.',
      fr: 'Regie ne peut pas utiliser la base du festival. Vérifiez tout de suite le serveur, son disque et son réseau.',
    }),
    {
      id: 'server',
      kind: 'query',
      window: [5, 30],
      title: { en: 'Does the database accept writes?', fr: 'La base accepte-t-elle les écritures ?' },
      text: {
        en: 'In recovery: a standby answers. Read-only by setting: someone chose it, or the provider did because the disk is full.',
        fr: 'En « recovery » : un serveur de secours répond. En lecture seule par réglage : quelqu’un l’a choisi, ou l’hébergeur parce que le disque est plein.',
      },
      sql: `select pg_is_in_recovery() as in_recovery, current_setting('default_transaction_read_only') as read_only_by_default,
  inet_server_addr()::text as server, pg_postmaster_start_time() as started_at,
  pg_size_pretty(pg_database_size(current_database())) as size`,
    },
    close([5, 30]),
  ],
};
