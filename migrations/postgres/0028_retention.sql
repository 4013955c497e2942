-- Who set how long closed monitoring data stays in the monitoring tables (docs/maintenance.md, "Retention").

alter table console.maintenance_settings
  add column changed_at timestamptz,
  add column changed_by text,
  add constraint maintenance_settings_changed check ((changed_at is null) = (changed_by is null));
comment on table console.maintenance_settings is
  'How long closed monitoring data stays in the monitoring tables. Written by console.set_retention only.';
