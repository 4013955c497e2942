/** What Regie meets in the field, and what it cannot work without (docs/festival-schema.md, "Festival tables"). */
export type TableShape = { readonly required: readonly string[]; readonly optional: readonly string[] };

/** The festival's own tables that must be there. */
export const REQUIRED_TABLES: Readonly<Record<string, TableShape>> = {
  table_cards: { required: ['id', 'amount', 'updated_at'], optional: ['created_at'] },
  app_transaction_log: {
    required: [
      'log_id',
      'transaction_id',
      'card_id',
      'transaction_type',
      'status',
      'amount_involved',
      'previous_balance',
      'new_balance',
      'details',
      'client_request_id',
      'timestamp',
    ],
    optional: ['correlation_id', 'edge_function_name', 'edge_function_request_id'],
  },
  nfc_scan_log: {
    required: ['scan_log_id', 'card_id_scanned', 'scan_timestamp', 'scan_status'],
    optional: [
      'processing_duration_ms',
      'operation_id',
      'client_request_id',
      'scan_location_context',
      'device_identifier',
      'error_message',
      'error_code',
      'metadata',
    ],
  },
};

/** Columns whose type decides what is read from them: the type that is wanted, and those that do as well. */
export const COLUMN_TYPES: Readonly<Record<string, Readonly<Record<string, { wanted: string; fits: RegExp }>>>> = {
  table_cards: {
    id: { wanted: 'text', fits: /^(text|character|uuid)/ },
    amount: { wanted: 'numeric(10,2)', fits: /^numeric(\(\d+,2\))?$/ },
    updated_at: { wanted: 'timestamp with time zone', fits: /^timestamp.* with time zone$/ },
  },
  app_transaction_log: {
    log_id: { wanted: 'bigint', fits: /^(bigint|integer|smallint)$/ },
    transaction_id: { wanted: 'uuid', fits: /^(uuid|text|character)/ },
    card_id: { wanted: 'text', fits: /^(text|character|uuid)/ },
    transaction_type: { wanted: 'text', fits: /^(text|character)/ },
    status: { wanted: 'text', fits: /^(text|character)/ },
    amount_involved: { wanted: 'numeric(10,2)', fits: /^numeric(\(\d+,2\))?$/ },
    previous_balance: { wanted: 'numeric(10,2)', fits: /^numeric(\(\d+,2\))?$/ },
    new_balance: { wanted: 'numeric(10,2)', fits: /^numeric(\(\d+,2\))?$/ },
    details: { wanted: 'jsonb', fits: /^jsonb$/ },
    client_request_id: { wanted: 'text', fits: /^(text|character|uuid)/ },
    timestamp: { wanted: 'timestamp with time zone', fits: /^timestamp.* with time zone$/ },
  },
  nfc_scan_log: {
    scan_log_id: { wanted: 'bigint', fits: /^(bigint|integer|smallint)$/ },
    card_id_scanned: { wanted: 'text', fits: /^(text|character|uuid)/ },
    scan_timestamp: { wanted: 'timestamp with time zone', fits: /^timestamp.* with time zone$/ },
    scan_status: { wanted: 'text', fits: /^(text|character)/ },
    device_identifier: { wanted: 'text', fits: /^(text|character|uuid)/ },
  },
};

/** Columns of a table that have another type than is wanted, with what was found and what is wanted. */
export const otherTypes = (table: string, found: Readonly<Record<string, string>>): string[] =>
  Object.entries(COLUMN_TYPES[table] ?? {}).flatMap(([column, { wanted, fits }]) => {
    const type = found[column];
    return type === undefined || fits.test(type) ? [] : [`${table}.${column}: ${type} ≠ ${wanted}`];
  });

/** Read for context where they exist. */
export const OPTIONAL_TABLES = ['bar_orders', 'bar_order_items', 'recharges', 'idempotency_keys'] as const;

/** The guide's tables: made by our migrations, or there already. */
export const MONITORING_TABLES = ['monitoring_events', 'system_health_snapshots', 'alert_history'] as const;

/** Written only by functions of the database or by migrations, never by the console's role itself; views. */
export const GUARDED_TABLES = [
  'archive',
  'audit',
  'audit_head',
  'backups',
  'carried_balances',
  'checklist_entries',
  'checklist_runs',
  'checklist_settings',
  'command_records',
  'command_rights',
  'corrections',
  'daily_maintenance',
  'detector_setting_changes',
  'detector_settings',
  'enrolled_laptops',
  'escalation_settings',
  'event_backups',
  'festival_settings',
  'floods',
  'function_files',
  'high_load',
  'history',
  'history_state',
  'identity',
  'log_entries',
  'log_files',
  'log_head',
  'log_history',
  'log_settings',
  'maintenance_runs',
  'maintenance_settings',
  'message_tests',
  'limit_changes',
  'nominations',
  'monitoring_state',
  'operations',
  'operators',
  'reports',
  'run_records',
  'silenced',
  'proposal_items',
  'proposals',
  'signing_keys',
  'supervisor_ends',
  'transaction_meanings',
  'trouble_reports',
  'troubles',
  'troubles_now',
  'verification_start',
  'verifications',
] as const;

/** What the console's role writes of the tables that it does not write freely. */
export const PARTLY_WRITTEN: Readonly<Record<string, readonly string[]>> = {
  engine_lease: ['select', 'update'],
  engine_term: ['select', 'update'],
  handovers: ['select', 'update'],
  meaning_version: ['select', 'update'],
  mentions: ['select', 'insert', 'update'],
  runbook_joins: ['select', 'insert'],
  runbook_runs: ['select', 'insert', 'update'],
  runbook_steps: ['select', 'insert'],
  runbook_ticks: ['select', 'insert'],
  set_aside: ['select', 'insert', 'update'],
  silences: ['select', 'update'],
  timeline: ['select', 'insert'],
  transaction_words: ['select', 'insert', 'update'],
};

/** Copies of the monitoring events before corrections by hand: only read. */
export const BACKUP_TABLE = /^events_backup_\d/;

/** What no console reads: pieces of pictures that are on their way, the channels' secrets, what PINs and codes are checked against, and laptops known by. */
export const SECRET_TABLES = [
  'channel_secrets',
  'enrolment_codes',
  'laptop_keys',
  'log_pieces',
  'pin_keys',
  'secret_requests',
  'sign_in_tries',
  'test_codes',
] as const;

/** What the console's role calls. */
export const CONSOLE_FUNCTIONS = [
  'console.accept_audit',
  'console.add_log_piece',
  'console.apply_correction',
  'console.allowance',
  'console.append_engine_audit',
  'console.append_engine_audits',
  'console.apply_proposal_batch',
  'console.approve_proposal',
  'console.change_pin',
  'console.clear_log_pieces',
  'console.correction_problem',
  'console.create_first_supervisor',
  'console.end_laptop',
  'console.end_proposal',
  'console.end_silence',
  'console.enrol_laptop',
  'console.expire_proposals',
  'console.give_secrets',
  'console.hand_over',
  'console.invite_laptop',
  'console.move_sequences',
  'console.needs_approval',
  'console.note_backup',
  'console.propose_corrections',
  'console.record_given',
  'console.request_secrets',
  'console.restart_monitoring',
  'console.save_operator',
  'console.secrets_challenge',
  'console.sequences_behind',
  'console.set_escalation',
  'console.set_festival_settings',
  'console.set_thresholds',
  'console.set_transaction_meaning',
  'console.settle_operation',
  'console.start_silence',
  'console.stop_monitoring',
  'console.set_checklist_times',
  'console.set_log_settings',
  'console.sign_checklist',
  'console.sign_report',
  'console.start_checklist',
  'console.take_command',
  'console.verify_hours',
  'console.order_message_test',
  'console.draw_test_code',
  'console.end_trouble',
  'console.end_troubles_of_gone',
  'console.record_floods',
  'console.report_trouble',
  'console.end_message_test',
  'console.catch_up_history',
  'console.confirm_message_test',
  'console.write_log',
  'console.audit_hash',
  'console.backup_monitoring_events',
  'console.events_since_backup',
  'console.slow_statements',
  'console.statement_statistics',
  'console.end_session',
  'console.set_high_load',
  'console.start_maintenance',
  'console.finish_maintenance',
  'console.expected_balance',
  'console.history_shrank',
  'console.is_readable',
  'console.log_sequence_at',
  'console.note_emptied_log',
  'console.note_history',
  'console.start_over',
  'console.ledger_amount',
  'console.cancel_maintenance',
  'console.maintain',
  'console.order_maintenance',
  'console.retention_preview',
  'console.set_retention',
  'public.refresh_monitoring_views',
] as const;
