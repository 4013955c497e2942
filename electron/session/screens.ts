import type { Clock } from '../../shared/domain/clock.ts';

/** Since when somebody can see what this laptop shows, by both clocks. */
export type Watched = { readonly at: number; readonly monotonic: number };

/** One screen of this laptop: the desktop's window, or a browser tab. */
export type Screen = {
  /** No page is connected any more; one that connects says whether it is in view. */
  detached(): void;
  /** The page is in view, or behind another one, where it draws nothing. */
  visible(on: boolean): void;
};

export type Screens = {
  open(): Screen;
  /** Null while no page is in view: what none can show, none has missed. */
  watched(): Watched | null;
};

/** The screens of this laptop, and whether any of them can be looked at. */
export const createScreens = (clock: Clock): Screens => {
  const inView = new Set<Screen>();
  let since: Watched | null = null;
  const settle = (): void => {
    if (inView.size === 0) since = null;
    else since ??= { at: clock.now(), monotonic: clock.monotonic() };
  };
  return {
    open: () => {
      const screen: Screen = {
        detached: () => screen.visible(false),
        visible: (on) => {
          if (on) inView.add(screen);
          else inView.delete(screen);
          settle();
        },
      };
      return screen;
    },
    watched: () => since,
  };
};
