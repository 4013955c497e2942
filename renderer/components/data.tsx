import { Inbox } from 'lucide-react';
import { useState } from 'react';
import { cents } from '../../shared/domain/money.ts';
import { SEVERITIES, type Severity } from '../../shared/domain/severity.ts';
import { formatMoney } from '../i18n.ts';
import { Badge, Count } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { IdText } from '../ui/id-text.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { Table, type TableColumn } from '../ui/table.tsx';
import { Tile } from '../ui/tile.tsx';

type Line = { id: string; severity: Severity; what: string; amount: number | null };

const LINES: readonly Line[] = Array.from({ length: 2_000 }, (_, index) => ({
  id: `04a1b2c3d4${String(index).padStart(4, '0')}`,
  severity: SEVERITIES[index % SEVERITIES.length] ?? 'LOW',
  what:
    index % 7 === 0
      ? 'بطاقة خسرت المال 🎉 at a bar whose name has sixty characters or more than that'
      : 'Card lost money',
  amount: index % 5 === 0 ? null : (index * 37) % 9_000,
}));

const COLUMNS: readonly TableColumn<Line>[] = [
  {
    id: 'severity',
    header: 'Severity',
    width: '110px',
    cell: ({ severity }) => <SeverityMark severity={severity} />,
    sortBy: ({ severity }) => SEVERITIES.indexOf(severity),
  },
  {
    id: 'what',
    header: 'What',
    width: 'minmax(120px, 1fr)',
    cell: ({ what }) => <bdi className="ellipsis">{what}</bdi>,
    sortBy: ({ what }) => what,
  },
  {
    id: 'amount',
    header: 'Amount',
    width: '90px',
    align: 'end',
    highFirst: true,
    cell: ({ amount }) => (amount === null ? '' : formatMoney(cents(amount))),
    sortBy: ({ amount }) => amount,
  },
  { id: 'card', header: 'Card', width: '190px', cell: ({ id }) => <IdText id={id} copy={false} /> },
];

export const Data = () => {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string | null>(null);
  const [pressed, setPressed] = useState(true);
  return (
    <>
      <h2>Severity, badges, ids</h2>
      <div className="row">
        {SEVERITIES.map((severity) => (
          <SeverityMark key={severity} severity={severity} />
        ))}
        <Badge>plain</Badge>
        <Badge tone="red">overdue 2:14</Badge>
        <Badge tone="amber">due in 0:40</Badge>
        <Badge tone="blue">selected</Badge>
        <Badge tone="green">settled</Badge>
        <Count value={12} />
        <Count value={3} loud />
        <Count value={12_000} />
        <IdText id="04a1b2c3d4e5" />
        <IdText id="019afc21-77aa-7c00-9c11-2b6f0f0aa001-0123456789" />
      </div>
      <h2>Tiles</h2>
      <div className="row">
        <Tile
          label="Open criticals"
          value="3"
          tone="red"
          pulse
          pressed={pressed}
          onPress={() => setPressed(!pressed)}
        />
        <Tile label="At risk" value="€1,234.50" more="7 alerts" onPress={() => undefined} />
        <Tile label="Next deadline" value="1:59" tone="amber" />
        <Tile label="Not sent" value="0" tone="green" />
      </div>
      <h2>Table</h2>
      <div style={{ display: 'flex', height: 320 }}>
        <Table
          label="Alerts"
          columns={COLUMNS}
          rows={LINES}
          rowId={({ id }) => id}
          rowLabel={({ id }) => `Select ${id}`}
          selection={{ ids, onChange: setIds }}
          activeId={active}
          onOpen={({ id }) => setActive(id)}
          height="fill"
        />
      </div>
      <Table
        label="Nothing"
        columns={COLUMNS}
        rows={[]}
        rowId={({ id }) => id}
        compact
        empty={
          <EmptyState icon={Inbox} title="No alerts" text="Alerts appear here within a second of their fault.">
            <Button>Include closed</Button>
          </EmptyState>
        }
      />
      <ErrorState
        title="This screen has failed"
        text="What was typed is kept. Alerts go on arriving and sounding."
        detail="TypeError: undefined is not a function"
      >
        <Button tone="primary">Show it again</Button>
        <Button>Back to the alerts</Button>
      </ErrorState>
    </>
  );
};
