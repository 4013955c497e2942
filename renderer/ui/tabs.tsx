import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import './tabs.css';

export type Tab<Value extends string> = {
  readonly value: Value;
  readonly label: string;
  readonly count?: number | undefined;
  /** What it shows; left out where the tabs choose what stands elsewhere. */
  readonly panel?: ReactNode;
};

/** One of several views of the same thing. Arrow keys move, Enter or Space chooses. */
export const Tabs = <Value extends string>(props: {
  label: string;
  value: Value;
  tabs: readonly Tab<Value>[];
  onChange: (value: Value) => void;
}) => {
  const { tabs, onChange } = props;
  return (
    <Base.Root
      className="tabs"
      value={props.value}
      onValueChange={(chosen) => {
        const tab = tabs.find(({ value }) => value === chosen);
        if (tab) onChange(tab.value);
      }}
    >
      <Base.List className="tab-list" aria-label={props.label}>
        {tabs.map(({ value, label, count }) => (
          <Base.Tab key={value} value={value} className="tab">
            {label}
            {count !== undefined && <span className="tab-count">{count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(
        ({ value, panel }) =>
          panel !== undefined && (
            <Base.Panel key={value} value={value} className="tab-panel">
              {panel}
            </Base.Panel>
          ),
      )}
    </Base.Root>
  );
};
