-- The channels' passwords, tokens and secret addresses. No console reads them with its login: an enrolled laptop that
-- has something to send asks for them with its device key, and keeps them in memory (docs/security.md, "Secrets").

grant select, insert, update on console.channel_secrets to regie_owner;
grant select, insert, update, delete on console.secret_requests to regie_owner;

-- Where they stand in the settings of the escalation. shared/domain/channel-secrets.ts has the same list; a test
-- compares them.
create or replace function console.channel_secret_paths() returns text[]
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array[['smtp', 'password'], ['slack', 'url'], ['twilio', 'token'], ['webhook', 'url'], ['webhook', 'secret']]
$$;
alter function console.channel_secret_paths() owner to regie_owner;
revoke execute on function console.channel_secret_paths() from public;

-- The settings with something else where their secrets are, unless there is none.
create or replace function console.replace_secrets(p_settings jsonb, p_by text) returns jsonb
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_path text[];
begin
  foreach v_path slice 1 in array console.channel_secret_paths() loop
    if coalesce(p_settings #>> v_path, '') <> '' then
      p_settings := jsonb_set(p_settings, v_path, to_jsonb(p_by));
    end if;
  end loop;
  return p_settings;
end $$;
alter function console.replace_secrets(jsonb, text) owner to regie_owner;
revoke execute on function console.replace_secrets(jsonb, text) from public;

-- The secrets alone: {"smtp.password": …}.
create or replace function console.secrets_of(p_settings jsonb) returns jsonb
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_path text[];
  v_secrets jsonb := '{}';
begin
  foreach v_path slice 1 in array console.channel_secret_paths() loop
    if coalesce(p_settings #>> v_path, '') <> '' then
      v_secrets := v_secrets || jsonb_build_object(v_path[1] || '.' || v_path[2], p_settings #>> v_path);
    end if;
  end loop;
  return v_secrets;
end $$;
alter function console.secrets_of(jsonb) owner to regie_owner;
revoke execute on function console.secrets_of(jsonb) from public;

-- Both together again.
create or replace function console.with_secrets(p_settings jsonb, p_secrets jsonb) returns jsonb
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_path text[];
  v_secret text;
begin
  foreach v_path slice 1 in array console.channel_secret_paths() loop
    v_secret := p_secrets ->> (v_path[1] || '.' || v_path[2]);
    if v_secret is not null and p_settings #> v_path is not null then
      p_settings := jsonb_set(p_settings, v_path, to_jsonb(v_secret));
    end if;
  end loop;
  return p_settings;
end $$;
alter function console.with_secrets(jsonb, jsonb) owner to regie_owner;
revoke execute on function console.with_secrets(jsonb, jsonb) from public;

-- Asking for them takes three transactions, as a sign-in does. First a number that is used once.
-- Returns {"outcome": "begun", "nonce": …} or {"outcome": "refused", "code": …}.
create or replace function console.secrets_challenge(p_laptop_id uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_nonce uuid;
  v_ended boolean;
begin
  select ended_at is not null into v_ended from console.enrolled_laptops where laptop_id = p_laptop_id;
  if v_ended is distinct from false then
    return jsonb_build_object('outcome', 'refused',
      'code', case when v_ended then 'laptop_ended' else 'laptop_unknown' end);
  end if;
  delete from console.secret_requests where made_at < clock_timestamp() - interval '1 minute';
  insert into console.secret_requests (laptop_id) values (p_laptop_id) returning nonce into v_nonce;
  return jsonb_build_object('outcome', 'begun', 'nonce', v_nonce);
end $$;
alter function console.secrets_challenge(uuid) owner to regie_owner;
revoke execute on function console.secrets_challenge(uuid) from public;
grant execute on function console.secrets_challenge(uuid) to regie_console;

-- Second, the proof: "channel-secrets" and the nonce, a line each, under the device key. It is counted and stands on the
-- audit trail before anything is given. Returns {"outcome": "proven"} or {"outcome": "refused", "code": …}.
create or replace function console.request_secrets(p_nonce uuid, p_laptop_proof text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_request console.secret_requests;
  v_laptop console.enrolled_laptops;
begin
  select * into v_request from console.secret_requests
  where nonce = p_nonce and proven_xact is null and made_at > clock_timestamp() - interval '1 minute' for update;
  if not found then
    return jsonb_build_object('outcome', 'refused', 'code', 'sign_in_expired');
  end if;
  if not console.is_laptop(v_request.laptop_id, 'channel-secrets' || e'\n' || p_nonce, p_laptop_proof) then
    return jsonb_build_object('outcome', 'refused', 'code', 'laptop_unknown');
  end if;
  update console.enrolled_laptops set secrets_given = secrets_given + 1, secrets_given_at = clock_timestamp()
  where laptop_id = v_request.laptop_id returning * into v_laptop;
  update console.secret_requests set proven_xact = pg_current_xact_id() where nonce = p_nonce;
  perform console.append_audit('regie-console', v_laptop.name, 'channel_secrets_given', 'laptop:' || v_laptop.name,
    jsonb_build_object('times', v_laptop.secrets_given,
      'version', (select version from console.escalation_settings)));
  return jsonb_build_object('outcome', 'proven');
end $$;
alter function console.request_secrets(uuid, text) owner to regie_owner;
revoke execute on function console.request_secrets(uuid, text) from public;
grant execute on function console.request_secrets(uuid, text) to regie_console;

-- Third, the secrets, once the second stands for good. They are masked with the device key and the nonce: whoever reads
-- the answer on its way, or asks in another's name, reads nothing.
-- Returns {"outcome": "given", "version": …, "masked": …} or {"outcome": "refused", "code": …}.
create or replace function console.give_secrets(p_nonce uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_request console.secret_requests;
  v_key bytea;
  v_text bytea;
  v_mask bytea := '';
begin
  delete from console.secret_requests
  where nonce = p_nonce and proven_xact <> pg_current_xact_id() and made_at > clock_timestamp() - interval '1 minute'
  returning * into v_request;
  if not found then
    return jsonb_build_object('outcome', 'refused', 'code', 'sign_in_expired');
  end if;
  select k.key into v_key from console.laptop_keys k join console.enrolled_laptops l using (laptop_id)
  where k.laptop_id = v_request.laptop_id and l.ended_at is null;
  if not found then
    return jsonb_build_object('outcome', 'refused', 'code', 'laptop_ended');
  end if;
  v_text := convert_to(coalesce((select secrets from console.channel_secrets), '{}')::text, 'UTF8');
  for i in 0 .. (length(v_text) - 1) / 32 loop
    v_mask := v_mask || console.hmac_sha256(v_key,
      convert_to('channel-secrets' || e'\n' || p_nonce || e'\n' || i, 'UTF8'));
  end loop;
  return jsonb_build_object('outcome', 'given',
    'version', coalesce((select version from console.escalation_settings), 0),
    'masked', encode(console.xor(v_text, v_mask), 'hex'));
end $$;
alter function console.give_secrets(uuid) owner to regie_owner;
revoke execute on function console.give_secrets(uuid) from public;
grant execute on function console.give_secrets(uuid) to regie_console;
