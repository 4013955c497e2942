import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const boundsSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1_280),
  height: z.int().min(720),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof boundsSchema>;
export type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** So much of the window must be on a screen, or it could not be dragged. */
const VISIBLE_PX = 100;

/** The remembered place of the window, or undefined where there is none that can be used. */
export const readWindowState = (file: string): WindowState | undefined => {
  try {
    return boundsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    // No file yet, or a broken one: the window opens where the system puts it.
    return undefined;
  }
};

export const writeWindowState = (file: string, state: WindowState): void => writeFileSync(file, JSON.stringify(state));

/** Whether a remembered window would be seen on one of today's screens. */
export const isOnScreen = (state: WindowState, screens: readonly Area[]): boolean =>
  screens.some(
    (screen) =>
      Math.min(state.x + state.width, screen.x + screen.width) - Math.max(state.x, screen.x) >= VISIBLE_PX &&
      Math.min(state.y + state.height, screen.y + screen.height) - Math.max(state.y, screen.y) >= VISIBLE_PX,
  );
