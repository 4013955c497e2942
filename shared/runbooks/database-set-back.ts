import type { Runbook } from '../domain/runbook.ts';
import { close, escalateNow } from './steps.ts';

/** The database has lost what was confirmed: a replica took over that had not received it, or a backup was restored. */
export const databaseSetBack: Runbook = {
  id: 'database-set-back',
  version: 1,
  title: { en: 'The database was set back', fr: 'La base est revenue en arrière' },
  source: 'Emergency Procedures > Data Recovery',
  algorithms: ['database_set_back'],
  steps: [
    {
      id: 'state',
      kind: 'query',
      window: [0, 2],
      title: { en: 'From when is the database?', fr: 'De quand date la base ?' },
      text: {
        en: 'The last sale and the last recorded action that it has. What happened between then and the takeover may be missing.',
        fr: 'La dernière vente et la dernière action qu’elle contient. Ce qui s’est passé entre-temps peut manquer.',
      },
      sql: `select inet_server_addr()::text as server, pg_postmaster_start_time() as started_at,
  (select timestamp from app_transaction_log order by log_id desc limit 1) as last_transaction,
  (select at from console.audit order by seq desc limit 1) as last_recorded`,
    },
    escalateNow([2, 5], {
      en: 'The festival’s database was set back: confirmed actions are missing, and sales may be. Please tell us which server took over, until when its data is complete, and whether the old one can still be read.',
      fr: 'La base du festival est revenue en arrière : des actions confirmées et peut-être des ventes manquent. Dites quel serveur a pris le relais, jusqu’à quand ses données sont complètes, et si l’ancien reste lisible.',
    }),
    {
      id: 'laptops',
      kind: 'checklist',
      window: [5, 30],
      title: { en: 'On every laptop', fr: 'Sur chaque poste' },
      text: {
        en: 'Each laptop knows only its own actions. Sent again, an action is applied exactly once.',
        fr: 'Chaque poste ne connaît que ses propres actions. Renvoyée, une action n’est appliquée qu’une fois.',
      },
      items: [
        {
          id: 'outbox',
          label: {
            en: 'Everything under “Lost by the database” in the outbox is sent again or discarded',
            fr: 'Tout ce qui est sous « Perdu par la base » dans les envois est renvoyé ou abandonné',
          },
        },
        {
          id: 'people',
          label: {
            en: 'Operators, laptops, PINs and escalation are as they should be',
            fr: 'Opérateurs, postes, codes PIN et escalade sont comme ils doivent être',
          },
        },
        {
          id: 'audit',
          label: {
            en: 'A supervisor has accepted the audit trail with the reason (Settings, Audit trail)',
            fr: 'Un superviseur a accepté la piste d’audit avec la raison (Réglages, Piste d’audit)',
          },
        },
      ],
      next: 'close',
    },
    close([10, 60]),
  ],
};
