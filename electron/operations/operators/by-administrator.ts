import { type Statement, sql } from '../../postgres/sql.ts';
import type { PinParams } from './pin.ts';

/** Sets an operator's PIN as the administrator: after a restore nobody has one. Answers their role, or no row. */
export const pinStatement = (pin: { name: string; params: PinParams; digits: number; pinKey: Buffer }): Statement =>
  sql`/* regie:operators */
    with changed as (
      update console.operators set pin_params = ${JSON.stringify(pin.params)}::jsonb, pin_digits = ${pin.digits}::int,
        pin_at = clock_timestamp(), pin_change_asked = null, failures = 0, locked_until = null,
        changed_at = clock_timestamp(), changed_by = 'administrator'
      where lower(name) = lower(${pin.name}::text) and active
      returning operator_id, role
    ), ended as (
      update console.signing_keys set ended_at = clock_timestamp(), ended_why = 'new_pin'
      where operator_id in (select operator_id from changed) and ended_at is null
    ), keyed as (
      insert into console.pin_keys (operator_id, pin_key)
      select operator_id, decode(${pin.pinKey.toString('hex')}::text, 'hex') from changed
      on conflict (operator_id) do update set pin_key = excluded.pin_key
    )
    select role from changed`;
