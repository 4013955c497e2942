import type { ChecklistDraft } from '../domain/checklist.ts';

/** The guide's capacity planning and security reviews. */
export const monthly: ChecklistDraft = {
  id: 'monthly',
  version: 1,
  title: { en: 'Monthly capacity and security review', fr: 'Revue mensuelle de capacité et de sécurité' },
  source: 'Monthly Maintenance Tasks',
  window: 'month',
  items: [
    {
      id: 'growth',
      kind: 'attested',
      figures: ['transactions_hourly_7d', 'database_gb'],
      title: { en: 'Growth is analysed', fr: 'La croissance est analysée' },
      text: {
        en: 'Transactions an hour and the size of the database against the month before.',
        fr: 'Les transactions par heure et la taille de la base, comparées au mois précédent.',
      },
    },
    {
      id: 'detection',
      kind: 'attested',
      figures: ['false_positives_30d', 'events_7d', 'confidence_7d'],
      title: { en: 'Detection is reviewed', fr: 'La détection est passée en revue' },
      text: {
        en: 'False positives of the last 30 days, and which detector most of them come from.',
        fr: 'Les faux positifs des 30 derniers jours, et le détecteur dont viennent la plupart.',
      },
    },
    {
      id: 'scaling',
      kind: 'answered',
      answer: { type: 'text' },
      figures: ['connections_percent', 'database_gb'],
      title: { en: 'What does the infrastructure need?', fr: 'De quoi l’infrastructure a-t-elle besoin ?' },
      text: {
        en: 'Disk, memory, connections, until when they last; or “nothing”.',
        fr: 'Disque, mémoire, connexions, jusqu’à quand ils suffisent ; ou « rien ».',
      },
    },
    {
      id: 'thresholds',
      kind: 'answered',
      answer: {
        type: 'choice',
        choices: [
          { id: 'kept', label: { en: 'They fit and stay', fr: 'Ils conviennent et restent' } },
          { id: 'changed', label: { en: 'They were changed', fr: 'Ils ont été modifiés' } },
        ],
      },
      title: { en: 'Thresholds against what happened', fr: 'Les seuils, au vu de ce qui s’est passé' },
      text: {
        en: 'Try changes with the backtest first (Settings).',
        fr: 'Essayez d’abord les changements par le backtest (réglages).',
      },
    },
    {
      id: 'access',
      kind: 'attested',
      figures: ['refused_30d'],
      title: { en: 'Accesses are reviewed', fr: 'Les accès sont passés en revue' },
      text: {
        en: 'Refused commands and sign-ins on the audit trail, and the lists of operators and laptops.',
        fr: 'Les commandes et identifications refusées de la piste d’audit, et les listes des opérateurs et des postes.',
      },
    },
    {
      id: 'permissions',
      kind: 'attested',
      title: { en: 'Database permissions are validated', fr: 'Les droits de la base sont vérifiés' },
      text: {
        en: 'npm run doctor finds no right too many, and npm run attack is held.',
        fr: 'npm run doctor ne trouve aucun droit de trop, et npm run attack est contenu.',
      },
    },
    {
      id: 'security-alerts',
      kind: 'answered',
      answer: {
        type: 'choice',
        choices: [
          { id: 'none', label: { en: 'None', fr: 'Aucune' } },
          { id: 'handled', label: { en: 'Some, all dealt with', fr: 'Certaines, toutes traitées' } },
          { id: 'open', label: { en: 'Some are not dealt with', fr: 'Certaines ne sont pas traitées' } },
        ],
      },
      title: { en: 'Security alerts', fr: 'Alertes de sécurité' },
      text: {
        en: 'Of the database, of the server’s provider, of the laptops.',
        fr: 'De la base, de l’hébergeur du serveur, des postes.',
      },
    },
    {
      id: 'documentation',
      kind: 'two_person',
      title: { en: 'Security documentation is up to date', fr: 'La documentation de sécurité est à jour' },
      text: {
        en: 'Who has which role and which laptop, who holds the administrator’s password, whom to call.',
        fr: 'Qui a quel rôle et quel poste, qui détient le mot de passe d’administration, qui appeler.',
      },
    },
  ],
};
