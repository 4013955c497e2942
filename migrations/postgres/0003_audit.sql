-- Up Migration

-- The audit trail: append-only, each row carries the hash of the row before it (offline.md, "Audit").

create table console.audit (
  seq bigint primary key,
  at timestamptz not null,
  laptop_at timestamptz,
  operation_id uuid,
  actor text not null,
  laptop text not null,
  action text not null,
  subject text not null,
  data jsonb not null,
  previous_hash bytea not null,
  hash bytea not null
);
create index audit_operation_idx on console.audit (operation_id) where operation_id is not null;

create table console.audit_head (
  singleton boolean primary key default true check (singleton),
  seq bigint not null,
  hash bytea not null
);
insert into console.audit_head (seq, hash) values (0, sha256('regie'));

create function console.audit_hash(previous bytea, entry console.audit) returns bytea
  language sql stable set search_path = pg_catalog as $$
  select sha256(previous || convert_to(jsonb_build_object(
    'seq', entry.seq, 'at', extract(epoch from entry.at), 'laptop_at', extract(epoch from entry.laptop_at),
    'operation_id', entry.operation_id, 'actor', entry.actor, 'laptop', entry.laptop, 'action', entry.action,
    'subject', entry.subject, 'data', entry.data)::text, 'UTF8'))
$$;

-- The only way in. Writers queue on the head row until they commit, so the chain has one order and no holes.
create function console.append_audit(
  p_actor text, p_laptop text, p_action text, p_subject text, p_data jsonb,
  p_operation_id uuid default null, p_laptop_at timestamptz default null
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, console as $$
declare
  head console.audit_head;
  entry console.audit;
begin
  select * into strict head from console.audit_head for update;
  entry.seq := head.seq + 1;
  entry.at := clock_timestamp();
  entry.laptop_at := p_laptop_at;
  entry.operation_id := p_operation_id;
  entry.actor := p_actor;
  entry.laptop := p_laptop;
  entry.action := p_action;
  entry.subject := p_subject;
  entry.data := coalesce(p_data, '{}');
  entry.previous_hash := head.hash;
  entry.hash := console.audit_hash(head.hash, entry);
  insert into console.audit select entry.*;
  update console.audit_head set seq = entry.seq, hash = entry.hash;
  return entry.seq;
end $$;

-- Down Migration
