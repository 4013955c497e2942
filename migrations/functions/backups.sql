-- Backups: what became of each. The file is written by whoever makes it (electron/backup/), where no database can look: a
-- row says what that login claims, and carries its name.

grant select on console.backups to regie_console, regie_owner;
grant insert on console.backups to regie_owner;

-- Notes a backup once: {"backupId", "outcome", "madeBy", "laptop", "snapshotAt", "file", "bytes", "tables", "rows",
-- "checksum", "encrypted", "durationMs", "verified", "error"}. The laptop that made it calls it, and `npm run backup`.
create or replace function console.note_backup(p_note jsonb) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_noted console.backups;
begin
  insert into console.backups (backup_id, outcome, snapshot_at, made_by, laptop, file, bytes, tables, rows, checksum,
    encrypted, duration_ms, verified_at, error)
  values (
    (p_note ->> 'backupId')::uuid, p_note ->> 'outcome',
    -- None is of a time to come.
    least((p_note ->> 'snapshotAt')::timestamptz, clock_timestamp()),
    left(p_note ->> 'madeBy', 100), left(p_note ->> 'laptop', 100), left(p_note ->> 'file', 200),
    (p_note ->> 'bytes')::bigint, (p_note ->> 'tables')::int, (p_note ->> 'rows')::bigint, p_note ->> 'checksum',
    (p_note ->> 'encrypted')::boolean, (p_note ->> 'durationMs')::double precision,
    case when (p_note ->> 'verified')::boolean then clock_timestamp() end, left(p_note ->> 'error', 500))
  on conflict (backup_id) do nothing
  returning * into v_noted;
  if found then
    perform console.append_audit('regie-console', v_noted.laptop, 'backup_' || v_noted.outcome,
      'backup:' || coalesce(v_noted.file, ''), jsonb_strip_nulls(jsonb_build_object('by', v_noted.made_by,
        'checksum', v_noted.checksum, 'rows', v_noted.rows, 'bytes', v_noted.bytes, 'error', v_noted.error)));
    -- One that could not be made is a trouble until one is made.
    if v_noted.outcome = 'failed' then
      perform console.report_trouble(v_noted.backup_id, 'backup_failed', '', v_noted.laptop, v_noted.noted_at,
        v_noted.noted_at, null, jsonb_strip_nulls(jsonb_build_object('error', v_noted.error)));
    else
      perform console.end_trouble('backup_failed', '', v_noted.laptop);
    end if;
    perform pg_notify('regie_changes', 'maintenance');
  end if;
end $$;
alter function console.note_backup(jsonb) owner to regie_owner;
revoke execute on function console.note_backup(jsonb) from public;
grant execute on function console.note_backup(jsonb) to regie_console;
