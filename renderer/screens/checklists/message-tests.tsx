import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import {
  CODE_TRIES,
  channelOf,
  channelsOf,
  type ItemProgress,
  type MessageTest,
  testCodeIn,
} from '../../../shared/domain/checklist-run.ts';
import type { Channel, Contact } from '../../../shared/domain/escalation.ts';
import { channelSchema } from '../../../shared/domain/escalation.ts';
import { callSigned } from '../../commands.ts';
import { useEscalation } from '../../features/escalation/use-escalation.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { useNowOf } from '../../ui/time.tsx';

type At = { listId: string; windowKey: string; itemId: string };
const toMinute = (now: number): number => Math.floor(now / 60_000) * 60_000;

/** A message over each channel, and the code that whoever received it has read out. */
export const MessageTests = (props: {
  at: At;
  progress: ItemProgress;
  view: Pick<ChecklistsView, 'values' | 'tests'>;
}) => {
  const { t } = useTranslation();
  const { at, progress, view } = props;
  const contacts = useEscalation()?.settings.contacts ?? [];
  const online = useSystem((state) => state.status?.link.state === 'online');
  const channels = channelsOf(view.values).flatMap((name) => channelSchema.safeParse(name).data ?? []);
  const isOfItem = (test: MessageTest): boolean =>
    test.listId === at.listId && test.windowKey === at.windowKey && test.itemId === at.itemId;
  const open = channels.filter((channel) => !progress.confirmed.some((entry) => channelOf(entry) === channel));
  return (
    <div className="stack">
      {channels.length === 0 && <p className="quiet">{t('checklists.noChannels')}</p>}
      {!online && <p role="status">{t('checklists.testOffline')}</p>}
      {open.map((channel) => (
        <ChannelTest
          key={channel}
          {...{ at, channel, contacts, online }}
          test={view.tests.find((one) => isOfItem(one) && one.channel === channel)}
        />
      ))}
    </div>
  );
};

/** Who can be reached in this way; a group is, whoever is asked. */
const reachedBy = (channel: Channel, contacts: readonly Contact[]): Contact[] =>
  contacts.filter(({ phone, email }) =>
    channel === 'email' ? email !== '' : channel === 'sms' || channel === 'voice' ? phone !== '' : true,
  );

const ChannelTest = (props: {
  at: At;
  channel: Channel;
  contacts: readonly Contact[];
  test: MessageTest | undefined;
  online: boolean;
}) => {
  const { t } = useTranslation();
  const { at, channel, test, online } = props;
  const now = useNowOf(toMinute);
  const reached = reachedBy(channel, props.contacts);
  const [chosen, setChosen] = useState<string | null>(null);
  const [code, setCode] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const name = t(`escalation.channel_${channel}`);
  const contact = chosen ?? reached[0]?.id ?? '';
  const over = test !== undefined && (Date.parse(test.expiresAt) <= now || test.wrong >= CODE_TRIES);
  const codeHolds = test !== undefined && test.state !== 'failed' && test.confirmedAt === null && !over;
  const send = async () => {
    setBusy(true);
    setSaid(t('checklists.testSending'));
    const answer = await callSigned('checklist.sendTest', { ...at, contact, channel });
    setSaid(answer.ok ? null : errorSentence(answer.error));
    setBusy(false);
  };
  const confirm = async (testId: string) => {
    const digits = testCodeIn(code);
    // What can be no code costs none of the five tries.
    if (digits === null) return setSaid(t('checklists.testNoCode'));
    setBusy(true);
    const answer = await callSigned('checklist.confirmTest', { testId, code: digits });
    setCode('');
    setSaid(answer.ok ? null : errorSentence(answer.error));
    setBusy(false);
  };
  return (
    <fieldset className="checklists-channel stack">
      <legend>{name}</legend>
      <div className="row">
        <Choice
          label={`${t('common.label', { label: t('checklists.testContact') })} ${name}`}
          value={contact}
          options={reached.map(({ id, name: label }) => ({ value: id, label }))}
          onChange={setChosen}
        />
        <CommandButton
          needs="checklist.sendTest"
          disabled={!online || busy || contact === ''}
          onClick={() => void send()}
        >
          {t('checklists.testSend', { channel: name })}
        </CommandButton>
      </div>
      {test !== undefined && (
        <span className="quiet">
          {over && test.confirmedAt === null
            ? t('checklists.testOver', { channel: name })
            : t(`checklists.test_${test.state}`, {
                ...{ channel: name, contact: nameOf(props.contacts, test.contact) },
                ...{ time: formatTime(test.askedAt), until: formatTime(test.expiresAt) },
              })}
          {test.wrong > 0 && <> · {t('checklists.testWrong', { wrong: test.wrong, all: CODE_TRIES })}</>}
        </span>
      )}
      {codeHolds && (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            if (code !== '' && !busy) void confirm(test.testId);
          }}
        >
          <Field
            label={t('checklists.testCode', { channel: name })}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          <CommandButton needs="checklist.confirmTest" type="submit" disabled={!online || busy || code === ''}>
            {t('checklists.testConfirm')}
          </CommandButton>
        </form>
      )}
      {said !== null && <p role="status">{said}</p>}
    </fieldset>
  );
};

const nameOf = (contacts: readonly Contact[], id: string): string => contacts.find((one) => one.id === id)?.name ?? id;
