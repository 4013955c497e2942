import { Bell, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Choice, Field, TextField } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { MoneyField } from '../ui/money-field.tsx';
import { Pill } from '../ui/pill.tsx';
import { Tabs } from '../ui/tabs.tsx';

const LONG = 'A name of sixty characters that nobody would give but some do';

export const Controls = () => {
  const [choice, setChoice] = useState<'one' | 'two'>('one');
  const [tab, setTab] = useState<'open' | 'mine' | 'closed'>('open');
  const [amount, setAmount] = useState('15.50');
  return (
    <>
      <h2>Buttons</h2>
      <div className="row">
        <Button>Plain</Button>
        <Button tone="primary">Primary</Button>
        <Button tone="danger">Destroy</Button>
        <Button tone="quiet">Quiet</Button>
        <Button disabled>Disabled</Button>
        <Button tone="primary" large>
          Apply €5.00
        </Button>
        <IconButton icon={Bell} label="Sound" />
        <IconButton icon={Trash2} label="Discard" tone="danger" />
      </div>
      <h2>Pills</h2>
      <div className="row">
        <Pill tone="good">Live, detecting on booth-1</Pill>
        <Pill tone="warn">Slow connection</Pill>
        <Pill tone="bad">Detection is blind</Pill>
        <Pill tone="stale">Not responding</Pill>
        <Pill tone="training">TRAINING</Pill>
        <Pill icon={Bell}>Sound off</Pill>
      </div>
      <h2>Fields</h2>
      <Field label="Name" hint="As on the badge." defaultValue={LONG} />
      <Field label="Code" error="This code is not valid any more." defaultValue="AB12" />
      <Field label="Disabled" disabled defaultValue="–" />
      <TextField label="Reason" defaultValue={`${LONG} `.repeat(6)} />
      <MoneyField label="Amount" value={amount} onChange={setAmount} hint="15,50 or 15.50" />
      <Choice
        label="Kind"
        value={choice}
        options={[
          { value: 'one', label: 'Money was taken' },
          { value: 'two', label: LONG },
        ]}
        onChange={setChoice}
      />
      <h2>Tabs</h2>
      <Tabs
        label="Alerts"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'open', label: 'Open', count: 12, panel: <p>Twelve alerts.</p> },
          { value: 'mine', label: 'Mine', count: 0, panel: <p>None.</p> },
          { value: 'closed', label: 'Closed', panel: <p>Those of today.</p> },
        ]}
      />
    </>
  );
};
