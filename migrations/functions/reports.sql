-- Reports: whose hash a supervisor has signed. What they say stands in their file (electron/operations/reports/).

grant select on console.reports to regie_console, regie_owner;
grant insert on console.reports to regie_owner;
grant select on console.identity, console.audit, console.operators to regie_owner;

-- Nobody changes what was signed, whatever they may do elsewhere.
create or replace trigger regie_append_only before update or delete or truncate on console.reports
  for each statement execute function console.refuse_change('a signed report');
-- Also in a session that puts triggers aside.
alter table console.reports enable always trigger regie_append_only;

-- Signs a report by the command report.sign of this very transaction: its hash, what it is of, and the newest row of the audit trail
-- that it has seen. A report of another festival, or of a trail that this one never had, is none of this festival's.
-- Returns {"outcome": "saved"} or {"outcome": "refused", "code": …, "name": …}.
create or replace function console.sign_report(p_operation_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given console.operations := console.given_command(p_operation_id, 'report.sign');
  v_input jsonb := v_given.body::jsonb -> 'input';
  v_seq bigint := (v_input #>> '{audit,seq}')::bigint;
  v_signed console.reports;
begin
  if (v_input ->> 'festivalId')::uuid is distinct from (select festival_id from console.identity) then
    return '{"outcome": "refused", "code": "report_other_festival"}';
  end if;
  if v_seq > 0 and not exists (
    select from console.audit where seq = v_seq and encode(hash, 'hex') = v_input #>> '{audit,hash}') then
    return '{"outcome": "refused", "code": "report_other_trail"}';
  end if;
  insert into console.reports (sha256, kind, from_at, to_at, taken_at, audit_seq, signed_by, signed_by_id, role, laptop, operation_id)
  select v_input ->> 'sha256', v_input ->> 'kind', (v_input ->> 'from')::timestamptz, (v_input ->> 'to')::timestamptz,
    least((v_input ->> 'takenAt')::timestamptz, clock_timestamp()), v_seq, v_given.operator, v_given.operator_id,
    (select role from console.operators where operator_id = v_given.operator_id), v_given.laptop, p_operation_id
  on conflict (sha256) do nothing
  returning * into v_signed;
  if not found then
    return jsonb_build_object('outcome', 'refused', 'code', 'report_signed',
      'name', (select signed_by from console.reports where sha256 = v_input ->> 'sha256'));
  end if;
  perform console.append_given(v_given, 'report_signed', 'report:' || v_signed.sha256, jsonb_build_object(
    'kind', v_signed.kind, 'from', v_input ->> 'from', 'to', v_input ->> 'to', 'takenAt', v_input ->> 'takenAt'));
  perform pg_notify('regie_changes', 'reports');
  return '{"outcome": "saved"}';
end $$;
alter function console.sign_report(uuid) owner to regie_owner;
revoke execute on function console.sign_report(uuid) from public;
grant execute on function console.sign_report(uuid) to regie_console;
