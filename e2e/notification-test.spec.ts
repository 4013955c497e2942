import { openReceivers, readMail } from '../electron/testing/receivers.ts';
import { GUIDE_ESCALATION } from '../shared/domain/escalation.ts';
import { asAdministrator, expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';
import { openSettings } from './support/operators.ts';

/* The morning's notification test: messages that really leave, and the codes that their receivers read out. */
test.use({ seed: '44' });

test('a channel is ticked when the code that its receiver read is typed, and by nothing else', async ({
  page,
  console: host,
}) => {
  const receivers = await openReceivers();
  try {
    const settings = {
      ...GUIDE_ESCALATION,
      contacts: [{ id: 'support', name: 'Support Team', phone: '', email: 'support@festival.example' }],
      ladder: { CRITICAL: [], HIGH: [], MEDIUM: [], LOW: [] },
      smtp: { ...receivers.smtp, secure: false, user: '', password: '', from: 'regie@festival.example' },
      webhook: { url: `${receivers.http}/hook`, secret: 'hush' },
    };
    await asAdministrator(host.dataDir, async (client) => {
      await client.query(
        `insert into console.escalation_settings (version, settings, changed_by)
         values (1, console.replace_secrets($1, ''), 'Léa')`,
        [JSON.stringify(settings)],
      );
      await client.query('insert into console.channel_secrets (secrets) values (console.secrets_of($1))', [
        JSON.stringify(settings),
      ]);
    });
    await openSignedIn(page, host.address);
    await page.getByRole('navigation').getByRole('link', { name: 'Checklists' }).click();
    await page.getByRole('button', { name: 'Start: Morning, before opening' }).click();
    const item = page.getByRole('main').getByRole('listitem', { name: 'A test message has arrived', exact: true });

    await item.getByRole('button', { name: 'Send over e-mail' }).click();
    await expect(item).toContainText('e-mail: sent to Support Team');
    expect(receivers.mails).toHaveLength(1);
    const code = /code[^:]*: (\d{6})\./.exec(readMail(receivers.mails[0] ?? '').text)?.[1] ?? '';
    // What can be no code costs no try.
    await item.getByLabel('Code from e-mail').fill('12 34');
    await item.getByRole('button', { name: 'Compare code' }).click();
    await expect(item).toContainText('A code has six digits. Nothing was compared.');
    await expect(item).not.toContainText('Wrong codes');
    await item.getByLabel('Code from e-mail').fill(code === '123456' ? '654321' : '123456');
    await item.getByRole('button', { name: 'Compare code' }).click();
    await expect(item).toContainText('That is not the code of this message. Tries left: 4');
    await expect(item).toContainText('Wrong codes: 1 of 5');
    await picture(page, '44-notification-test');
    await expectAccessible(page);
    await item.getByLabel('Code from e-mail').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await item.getByRole('button', { name: 'Compare code' }).click();
    await expect(item).toContainText('e-mail: received by Support Team');
    // The webhook is still open.
    await expect(item.getByRole('button', { name: 'Send over webhook' })).toBeVisible();
    await item.getByRole('button', { name: 'Send over webhook' }).click();
    await expect.poll(() => receivers.requests.length).toBe(1);
    const hooked = /code[^:]*: (\d{6})\./.exec(JSON.parse(receivers.requests[0]?.body ?? '{}').text)?.[1] ?? '';
    await item.getByLabel('Code from webhook').fill(hooked);
    await item.getByRole('button', { name: 'Compare code' }).click();
    await expect(item).toContainText('webhook: received by Support Team');
    await expect(item.getByRole('button')).toHaveCount(0);

    await openSettings(page, 'This laptop');
    const heartbeat = page.getByRole('region', { name: 'Heartbeat' });
    await expect(heartbeat).toContainText('Off: no address is set.');
    await heartbeat.getByLabel('Address of the receiver').fill(`${receivers.http}/ping/secret`);
    receivers.answer(404);
    await heartbeat.getByRole('button', { name: 'Send one now' }).click();
    await expect(heartbeat.getByRole('status')).toHaveText(/^Not accepted at .*: the receiver refused it \(404\)\.$/);
    receivers.answer(200);
    await heartbeat.getByRole('button', { name: 'Save' }).click();
    await expect(heartbeat).toContainText('On. The address is saved on this laptop');
    await heartbeat.getByRole('button', { name: 'Send one now' }).click();
    await expect(heartbeat.getByRole('status')).toContainText('Accepted at');
    expect(receivers.requests.at(-1)?.path).toBe('/ping/secret');
    await expect(heartbeat.getByLabel('Address of the receiver')).toHaveValue('');
    await picture(page, '44-heartbeat');
    await expectAccessible(page);
    await heartbeat.getByRole('button', { name: 'Switch off' }).click();
    await expect(heartbeat).toContainText('Off: no address is set.');
  } finally {
    await receivers.close();
  }
});
