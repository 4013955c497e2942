import type { Page } from '@playwright/test';
import { z } from 'zod';

const traceEvent = z.looseObject({
  name: z.string(),
  args: z.looseObject({ elementCount: z.int().optional() }).optional(),
});

/**
 * The most elements that the browser gives a style anew because one was added, wherever on the screen. A selector that reaches far
 * (`:has` on a whole screen, with anything as its subject) makes it all of the page for each line that comes, which no picture
 * shows.
 */
export const mostRestyled = async (page: Page): Promise<number> => {
  const session = await page.context().newCDPSession(page);
  const events: unknown[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  // What was under way before is done.
  await page.evaluate(() => document.body.offsetHeight);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline'] },
  });
  await page.evaluate(addEverywhere);
  await session.send('Tracing.end');
  await ended;
  await session.detach();
  const counts = events
    .map((event) => traceEvent.safeParse(event))
    .flatMap(({ data }) => (data?.name === 'UpdateLayoutTree' ? [data.args?.elementCount ?? 0] : []));
  if (counts.length === 0) throw new Error('the browser has styled nothing');
  return Math.max(...counts);
};

/** In the page: into each element that has others, one more of several kinds, and away again. */
const addEverywhere = (): void => {
  const parents = [...document.querySelectorAll('.shell, .shell :has(> *):not(select, svg, svg *)')];
  const mark = Object.assign(document.createElement('input'), {
    type: 'checkbox',
    checked: true,
    className: 'field-error',
  });
  for (const parent of parents) {
    parent.append(mark);
    void document.body.offsetHeight;
    mark.remove();
    void document.body.offsetHeight;
  }
};
