import { Popover as Base } from '@base-ui/react/popover';
import { type ReactElement, type ReactNode, useRef } from 'react';
import './popup.css';

/** More about a control, beside it and without leaving the screen. Its heading is its name. */
export const Popover = (props: {
  trigger: ReactElement;
  title: string;
  children: ReactNode;
  align?: 'start' | 'end';
  /** Pixels; as wide as its contents otherwise. */
  width?: number;
  /** For whoever opens it from elsewhere, too. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}) => {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={props.open} onOpenChange={(open) => props.onOpenChange?.(open)}>
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
