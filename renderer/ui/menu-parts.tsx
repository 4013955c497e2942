import { Menu as Base } from '@base-ui/react/menu';
import { Fragment } from 'react';
import type { MenuItem, MenuProps } from './popup.ts';
import './popup.css';

/** A menu, and what it opens by. */
export const MenuParts = (props: MenuProps & { readonly defaultOpen?: boolean }) => (
  <Base.Root modal={false} defaultOpen={props.defaultOpen ?? false}>
    <Base.Trigger render={props.trigger} />
    <Base.Portal>
      <Base.Positioner className="popup-place" sideOffset={4} collisionPadding={8} align={props.align ?? 'start'}>
        <Base.Popup className="popup menu">
          {props.groups
            .filter((group) => group.length > 0)
            .map((group, index) => (
              <Fragment key={group.map(({ label }) => label).join('/')}>
                {index > 0 && <Base.Separator className="menu-separator" />}
                {group.map((item) => (
                  <Item key={item.label} item={item} />
                ))}
              </Fragment>
            ))}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);

const Item = ({ item }: { item: MenuItem }) => {
  const { label, act, icon: Icon, shortcut, refused, danger = false } = item;
  return (
    <Base.Item
      className={danger ? 'menu-item menu-item-danger' : 'menu-item'}
      aria-disabled={refused !== undefined}
      closeOnClick={refused === undefined}
      onClick={() => {
        if (refused === undefined) act();
      }}
    >
      {Icon && <Icon size={16} aria-hidden="true" />}
      <span>
        <span className="menu-label">{label}</span>
        {refused !== undefined && <span className="menu-reason">{refused}</span>}
      </span>
      {shortcut !== undefined && <kbd>{shortcut}</kbd>}
    </Base.Item>
  );
};
