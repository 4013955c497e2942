import { beforeAll, expect, it } from 'vitest';
import { GUIDE_ESCALATION, savedEscalationSettingsSchema } from '../../../shared/domain/escalation.ts';
import { problemOf } from '../../../shared/domain/input-problem.ts';
import { i18n, loadLanguage } from '../../i18n.ts';
import { placeText } from './place.ts';

beforeAll(async () => {
  await Promise.all([loadLanguage('en'), loadLanguage('fr')]);
});

const [contact] = GUIDE_ESCALATION.contacts;
const [step] = GUIDE_ESCALATION.ladder.HIGH;
const { contacts, ladder } = GUIDE_ESCALATION;
const smtp = { host: '', port: 25, secure: false, user: '', password: '', from: 'regie@festival.example' };
const twilio = { url: 'https://twilio.example', account: 'a', token: '', from: 'Bar 3' };

it.each([
  [{ contacts: [{ ...contact, phone: '06 12' }] }, 'Contacts › Festival Operations Manager › Phone'],
  [{ contacts: [{ ...contact, name: '' }] }, 'Contacts › 1 › Name'],
  [{ contacts: [contact, contact] }, 'Contacts › Festival Operations Manager'],
  [
    { ladder: { ...ladder, HIGH: [{ ...step, afterSeconds: -1 }] } },
    'Escalation policy › High › step 1 › After (minutes)',
  ],
  [{ ladder: { ...ladder, LOW: [{ ...step, channels: [] }] } }, 'Escalation policy › Low › step 1 › Via'],
  [{ ladder: { ...ladder, LOW: [{ ...step, contact: 'gone' }] } }, 'Escalation policy › Low › step 1'],
  [{ quiet: { from: '', to: '08:00' } }, 'Quiet hours › From'],
  [{ smtp }, 'E-mail through a mail server › Server'],
  [{ twilio }, 'Calls and text messages through Twilio, or a compatible service › Caller number'],
  [{ slack: { url: 'here' } }, 'Slack, or a service that accepts its webhooks › URL'],
])('what is wrong is named as the form names it, %#', (some, place) => {
  const settings = { ...GUIDE_ESCALATION, contacts, ...some } as typeof GUIDE_ESCALATION;
  const { error } = savedEscalationSettingsSchema.safeParse(settings);
  const where = problemOf(error?.issues[0]).where;
  expect(placeText(i18n.t, where, settings)).toBe(place);
});

it('is named in French as well', () => {
  expect(placeText(i18n.getFixedT('fr'), 'ladder.HIGH.0.afterSeconds', GUIDE_ESCALATION)).toMatch(/› étape 1 › Après/);
});
