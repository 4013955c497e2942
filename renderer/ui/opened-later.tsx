import { type ComponentType, cloneElement, type ReactNode, Suspense, useState } from 'react';
import { isLoaded, later } from '../later.ts';
import type { Trigger } from './popup.ts';

type Popup = {
  readonly trigger: Trigger;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
};

/**
 * A popup whose parts the first screen does without: its trigger stands there alone until it is used, unless the parts
 * have been loaded meanwhile. The trigger keeps its place and its focus: nothing is exchanged under anybody's hand.
 */
export const openedLater = <Props extends Popup>(
  kind: 'menu' | 'dialog',
  load: () => Promise<ComponentType<Props & { readonly defaultOpen?: boolean }>>,
) => {
  const Parts = later(load);
  return (props: Props): ReactNode => {
    const { trigger, open, onOpenChange } = props;
    const [loaded] = useState(() => isLoaded(Parts));
    const [used, setUsed] = useState(false);
    if (loaded) return <Parts {...props} />;
    const use = (): void => {
      setUsed(true);
      onOpenChange?.(true);
    };
    const alone = cloneElement(trigger, {
      ...{ 'aria-haspopup': kind, 'aria-expanded': false, onClick: use },
      onKeyDown: (event) => {
        if (kind !== 'menu' || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
        event.preventDefault();
        use();
      },
    });
    if (!used && open !== true) return alone;
    return (
      <Suspense fallback={alone}>
        <Parts {...props} defaultOpen />
      </Suspense>
    );
  };
};
