import { type LogFilter, logFilterSchema, WHOLE_LOG } from '../../../shared/contract/log.ts';
import { hrefOf, type Route } from '../../routes.ts';

/** The log's screen without a filter. */
const SHOWN_LOG: LogFilter = { ...WHOLE_LOG, source: 'both' };

/** The filter that an address says; what it says wrongly is left out. */
export const filterOf = (query: string): LogFilter => {
  const asked = new URLSearchParams(query);
  const { shape } = logFilterSchema;
  const text = (name: 'kind' | 'tag' | 'author' | 'place' | 'until' | 'since') => {
    const value = shape[name].safeParse(asked.get(name));
    return value.success ? value.data : null;
  };
  const words = shape.words.safeParse(asked.get('words') ?? '');
  const limit = shape.limit.safeParse(Number(asked.get('limit') ?? WHOLE_LOG.limit));
  const source = shape.source.safeParse(asked.get('source'));
  const kind = shape.kind.safeParse(asked.get('kind'));
  return {
    words: words.success ? words.data : '',
    kind: kind.success ? kind.data : null,
    ...{ tag: text('tag'), author: text('author'), place: text('place'), until: text('until'), since: text('since') },
    open: asked.get('open') === 'true',
    source: source.success ? source.data : SHOWN_LOG.source,
    limit: limit.success ? limit.data : WHOLE_LOG.limit,
  };
};

/** The log with a filter: what is as without one is left out. */
export const routeOf = (filter: LogFilter): Route => {
  const query = new URLSearchParams(
    Object.entries(filter).flatMap(([name, value]) =>
      value === null || value === SHOWN_LOG[name as keyof LogFilter] ? [] : [[name, String(value)]],
    ),
  );
  return { screen: 'log', query: query.toString() };
};

/** Its address. */
export const queryOf = (filter: LogFilter): string => hrefOf(routeOf(filter));
