import { Popover as Base } from '@base-ui/react/popover';
import { useRef } from 'react';
import type { PopoverProps } from './popup.ts';
import './popup.css';

/** A popover, and what it opens by. */
export const PopoverParts = (props: PopoverProps & { readonly defaultOpen?: boolean }) => {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open={props.open}
      defaultOpen={props.defaultOpen ?? false}
      onOpenChange={(open) => props.onOpenChange?.(open)}
    >
      <Base.Trigger render={props.trigger} />
      <Base.Portal>
        <Base.Positioner
          className="popup-place"
          sideOffset={6}
          collisionPadding={8}
          collisionAvoidance={{ fallbackAxisSide: 'none' }}
          align={props.align ?? 'start'}
        >
          <Base.Popup
            ref={popup}
            className="popup popover stack"
            style={props.width === undefined ? {} : { width: props.width }}
            // Its first control may stand at the end of what there is to read.
            initialFocus={popup}
          >
            <Base.Title>{props.title}</Base.Title>
            {props.children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
};
