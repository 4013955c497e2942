import { openReceivers } from '../electron/testing/receivers.ts';
import { chooseInAlert, loseMoney, openAlert, openBooth, openTab, tryNow } from './support/booth.ts';
import { asAdministrator, expect, expectAccessible, picture, test } from './support/console.ts';
import { openSettings } from './support/operators.ts';

/* Who is notified of an unacknowledged alert: by a real mail server, a real HTTP receiver, and by the operator's own phone. */
test.use({ seed: '26' });

test('an unacknowledged alert reaches its contacts, and without the network shows whom to call', async ({
  console: host,
  browser,
}) => {
  const receivers = await openReceivers();
  const nils = await openBooth(browser, host, 'booth-2', 'Nils');
  const { page, proxy } = nils;
  try {
    await openSettings(page, 'Escalation');
    const panel = page.getByRole('region', { name: 'Escalation' });
    await expect(panel.getByText('Not saved yet')).toBeVisible();
    await panel.getByLabel('Name', { exact: true }).first().fill('Ops');
    await panel.getByLabel('Phone', { exact: true }).first().fill('06 12');
    await expect(panel.getByText(/^Incomplete: Contacts › Ops › Phone/)).toBeVisible();
    await panel.getByLabel('Phone', { exact: true }).first().fill('+33 6 12 34 56 78');
    await panel.getByLabel('E-mail', { exact: true }).first().fill('ops@festival.example');
    await panel.getByLabel('E-mail through a mail server').check();
    await panel.getByLabel('Server', { exact: true }).fill(receivers.smtp.host);
    await panel.getByLabel('Port', { exact: true }).fill(String(receivers.smtp.port));
    await panel.getByLabel('Sender', { exact: true }).fill('regie@festival.example');
    await panel.getByLabel('Slack, or a service that accepts its webhooks').check();
    await panel.getByLabel('URL', { exact: true }).fill(`${receivers.http}/slack`);
    await panel.getByLabel('After (minutes)').first().fill('0');
    await panel.getByLabel('e-mail', { exact: true }).first().check();
    await panel.getByLabel('Slack', { exact: true }).first().check();
    await picture(page, '32-escalation');
    await expectAccessible(page);
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByText(/^Version 1, saved by Nils\./)).toBeVisible();

    await panel.getByLabel('Via', { exact: true }).selectOption('e-mail');
    await panel.getByRole('button', { name: 'Send a test' }).click();
    await expect(panel.getByText('The server accepted it.')).toBeVisible();
    expect(receivers.mails.join()).toContain('Subject: [TEST] Regie can reach you');
    await panel.getByLabel('Via', { exact: true }).selectOption('call');
    await panel.getByRole('button', { name: 'Send a test' }).click();
    await expect(panel.getByText('It was not sent: this channel is not set up')).toBeVisible();

    await loseMoney(host, 'LADDER');
    const mails = () => receivers.mails.filter((mail) => mail.includes('card LADDER'));
    await expect.poll(() => mails().length).toBe(1);
    expect(mails()[0]).toContain('Subject: [CRITICAL] Money taken by a failed order, card LADDER');
    const posted = () => receivers.requests.filter(({ body }) => body.includes('LADDER')).map(({ path }) => path);
    await expect.poll(posted).toEqual(['/slack']);
    await openAlert(page, 'LADDER');
    const article = page.getByRole('article');
    await openTab(page, 'Timeline');
    await expect(article.getByText('Ops notified (e-mail)')).toBeVisible();
    await expect(article.getByText('Ops notified (Slack)')).toBeVisible();

    // Two minutes without an answer, and no network.
    await asAdministrator(host.dataDir, (client) =>
      client.query(
        `update monitoring_events set detection_timestamp = now() - interval '3 minutes' where card_id = 'LADDER'`,
      ),
    );
    await expect(article.getByText('+33612345678')).toBeVisible();
    proxy.cut();
    await expect(page.getByText('No connection to the festival since')).toBeVisible();
    await expect(article.getByText('Call Ops:')).toBeVisible();
    await picture(page, '33-whom-to-call');
    await expectAccessible(page);
    await article.getByRole('button', { name: 'I have called' }).click();
    await expect(article.getByText('Ops called')).toBeVisible();
    proxy.forward();
    await tryNow(page);
    await chooseInAlert(page, 'Acknowledge');
    await expect(article.getByText('+33612345678')).toBeHidden();
    // Hidden at once, while both actions may still be on their way.
    const notified = () =>
      asAdministrator(host.dataDir, async (client) => {
        const { rows } = await client.query(
          `select kind, actor from console.timeline join monitoring_events using (event_id)
           where card_id = 'LADDER' and kind in ('called', 'acknowledged') order by entry_id`,
        );
        return rows;
      });
    await expect.poll(notified).toEqual([
      { kind: 'called', actor: 'Nils' },
      { kind: 'acknowledged', actor: 'Nils' },
    ]);
    expect(mails()).toHaveLength(1);
  } finally {
    await nils.leave();
    await receivers.close();
  }
});
