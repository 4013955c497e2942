import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNEL_SECRETS } from '../../../shared/domain/channel-secrets.ts';
import { examine } from '../../postgres/doctor.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { connectAs } from '../../testing/connect.ts';
import { escalationWorld, secretsOn } from '../../testing/escalation.ts';
import { laptopOf, TEST_LAPTOP } from '../../testing/operators.ts';
import { readEverything } from '../../testing/read-everything.ts';
import { secretsProof } from '../operators/key-material.ts';

/* Somebody who wants the channels' passwords: with the consoles' login, with a laptop that was lost, with what they heard. */

const world = escalationWorld();
const { createOn, deliveries, poll, raisedAgo, save } = world;
const clock = { now: Date.now, monotonic: () => performance.now() };
let login: pg.Client;
beforeEach(async () => {
  login = await connectAs(world.database.consoleSettings);
  await save({
    twilio: { url: world.receivers.http, account: 'AC1', token: 'twilio-hunter2é', from: '+33100000000' },
    webhook: { url: `${world.receivers.http}/hook-hunter2`, secret: 'sign-hunter2' },
  });
});
afterEach(() => login.end());

const ask = async (text: string, values: unknown[] = [], client = login) =>
  (await client.query(text, values)).rows[0]?.answer;
const challenge = (laptopId = TEST_LAPTOP.laptopId) =>
  ask('select console.secrets_challenge($1) as answer', [laptopId]);
const nonceOf = async (): Promise<string> => (await challenge()).nonce;
const prove = (nonce: string, key = TEST_LAPTOP.deviceKey) =>
  ask('select console.request_secrets($1, $2) as answer', [nonce, secretsProof(key, nonce)]);
const give = (nonce: string) => ask('select console.give_secrets($1) as answer', [nonce]);
const audited = async () =>
  (
    await world.database.admin.query(
      `select laptop, data from console.audit where action = 'channel_secrets_given' order by seq`,
    )
  ).rows;
const endLaptop = () => world.database.admin.query('select console.end_enrolment($1, null)', [TEST_LAPTOP.laptopId]);

describe('with the login alone', () => {
  it('nothing that can be read has a secret of the channels, also while a laptop sends with it', async () => {
    await raisedAgo(await insertEvent(world.database), 61);
    await poll();
    expect(world.receivers.requests).not.toEqual([]);
    const readable = await readEverything(login);
    expect(readable).toContain('AC1');
    expect(readable).not.toContain('hunter2');
    for (const role of ['regie_reader', 'regie_console']) {
      await login.query(`set role ${role}`);
      await expect(login.query('select * from console.channel_secrets')).rejects.toMatchObject({ code: '42501' });
      await login.query('reset role');
    }
  });

  it('nothing is given for a laptop’s name: not without its key, not with another’s', async () => {
    expect(await challenge(laptopOf('mine').laptopId)).toEqual({ outcome: 'refused', code: 'laptop_unknown' });
    const nonce = await nonceOf();
    expect(await give(nonce)).toEqual({ outcome: 'refused', code: 'sign_in_expired' });
    expect(await prove(nonce, laptopOf('mine').deviceKey)).toEqual({ outcome: 'refused', code: 'laptop_unknown' });
    expect(await give(nonce)).toEqual({ outcome: 'refused', code: 'sign_in_expired' });
    expect(await audited()).toEqual([]);
  });

  it('what is given to another laptop is of no use to whoever takes the answer in its place, or hears it', async () => {
    const nonce = await nonceOf();
    expect(await prove(nonce)).toEqual({ outcome: 'proven' });
    const taken = await give(nonce);
    expect(Buffer.from(taken.masked, 'hex').toString('latin1')).not.toContain('hunter2');
    // The same secrets under another number are other bytes.
    const next = await nonceOf();
    await prove(next);
    expect((await give(next)).masked).not.toBe(taken.masked);
  });
});

describe('with a laptop’s key as well', () => {
  it('nothing is given that is not on the audit trail for good', async () => {
    await login.query('begin');
    const nonce = await nonceOf();
    expect(await prove(nonce)).toEqual({ outcome: 'proven' });
    expect(await give(nonce)).toEqual({ outcome: 'refused', code: 'sign_in_expired' });
    await login.query('rollback');
    expect(await audited()).toEqual([]);
    expect(await secretsOn(world.database.festival).read()).toMatchObject({ ok: true });
    await secretsOn(world.database.festival).read();
    expect(await audited()).toEqual([
      { laptop: TEST_LAPTOP.name, data: { times: 1, version: 1 } },
      { laptop: TEST_LAPTOP.name, data: { times: 2, version: 1 } },
    ]);
  });

  it('a number is good once: neither its proof nor its answer can be repeated', async () => {
    const nonce = await nonceOf();
    await prove(nonce);
    expect(await prove(nonce)).toEqual({ outcome: 'refused', code: 'sign_in_expired' });
    expect(await give(nonce)).toMatchObject({ outcome: 'given', version: 1 });
    expect(await give(nonce)).toEqual({ outcome: 'refused', code: 'sign_in_expired' });
    expect(await prove(nonce)).toEqual({ outcome: 'refused', code: 'sign_in_expired' });
    const old = await nonceOf();
    await world.database.admin.query(`update console.secret_requests set made_at = now() - interval '61 seconds'`);
    expect(await prove(old)).toEqual({ outcome: 'refused', code: 'sign_in_expired' });
  });

  it('a laptop that was ended is given nothing, whatever it had begun', async () => {
    const begun = await nonceOf();
    const proven = await nonceOf();
    await prove(proven);
    await endLaptop();
    expect(await prove(begun)).toEqual({ outcome: 'refused', code: 'laptop_unknown' });
    expect(await give(proven)).toEqual({ outcome: 'refused', code: 'laptop_ended' });
    expect(await challenge()).toEqual({ outcome: 'refused', code: 'laptop_ended' });
    expect(await secretsOn(world.database.festival).read()).toMatchObject({ error: { code: 'laptop_ended' } });
  });
});

describe('a laptop that is given no secrets', () => {
  const without = () => createOn('booth-9', { secrets: secretsOn(world.database.festival, laptopOf('booth-9')) });

  it('claims no message, and another one sends it after some seconds', async () => {
    await raisedAgo(await insertEvent(world.database), 61);
    await without().poll('leader');
    expect(await deliveries()).toEqual(['0 operations-manager sms due', '0 operations-manager voice due']);
    const standby = createOn('booth-2');
    await standby.poll('standby');
    expect(world.receivers.requests).toEqual([]);
    await world.database.admin.query(`update console.deliveries set next_at = now() - interval '10 seconds'`);
    await standby.poll('standby');
    expect(await deliveries()).toEqual(['0 operations-manager sms sent', '0 operations-manager voice sent']);
  });

  it('sends nothing any more once it was ended, and what it had is forgotten', async () => {
    const secrets = secretsOn(world.database.festival);
    expect(await secrets.read()).toMatchObject({ value: { webhook: { secret: 'sign-hunter2' } } });
    await endLaptop();
    secrets.forget();
    await raisedAgo(await insertEvent(world.database), 61);
    await createOn('booth-1', { secrets }).poll('leader');
    expect(world.receivers.requests).toEqual([]);
  });
});

describe('the secrets', () => {
  it('are those of the list that the console has', async () => {
    const { rows } = await world.database.admin.query(`
      select to_jsonb(array(select p[i][1] || '.' || p[i][2] from generate_subscripts(p, 1) as i)) as paths
      from console.channel_secret_paths() as p`);
    expect(rows).toEqual([{ paths: [...CHANNEL_SECRETS] }]);
  });

  it('are not in what the doctor says', async () => {
    const report = await examine(world.database.consoleSettings, { clock });
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });
});
