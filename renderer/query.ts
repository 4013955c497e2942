import {
  notifyManager,
  QueryClient,
  type QueryKey,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import { useId } from 'react';
import type { CallInput, CallName, CallOutput, Calls } from '../shared/contract/calls.ts';
import type { RegieError } from '../shared/contract/errors.ts';
import type { RegieEvent } from '../shared/contract/events.ts';
import type { LogView } from '../shared/contract/log.ts';
import { sharedWith } from '../shared/contract/log-view.ts';
import type { OutboxView } from '../shared/contract/outbox.ts';
import { sharedBy } from '../shared/contract/shared-by.ts';
import { call } from './bridge.ts';
import { createCoalescer } from './coalesce.ts';
import { isAnnounced, staleAfter } from './query-events.ts';

type CallOf<Kind extends Calls[CallName]['kind']> = {
  [Name in CallName]: Calls[Name]['kind'] extends Kind ? Name : never;
}[CallName];

/** Calls that the core answers from this laptop. */
export type QueryName = CallOf<'query'>;
/** Calls that ask the festival's database and change nothing there. */
export type LiveName = Extract<
  CallOf<'live'>,
  | 'card.look'
  | 'card.lookFor'
  | 'card.page'
  | 'correction.allowance'
  | 'correction.preview'
  | 'database.look'
  | 'database.runs'
  | 'detectors.changes'
  | 'detectors.look'
  | 'escalation.deliveries'
  | 'escalation.look'
  | 'health.look'
  | 'history.count'
  | 'history.find'
  | 'history.open'
  | 'log.older'
  | 'maintenance.previewRetention'
  | 'proposal.items'
  | 'receipt.look'
  | 'register.find'
  | 'register.open'
  | 'register.sums'
  | 'runbook.runQuery'
  | 'transactionWords.look'
>;

/**
 * The answers of the core. It is on this laptop and pushes what changes: nothing is polled, tried again or asked again
 * because a window is looked at. What makes an answer stale stands in query-events.ts.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
  },
});

// What one event changes is drawn together: by a timer, which is the library's own way, it would be one drawing after the other.
notifyManager.setScheduler(queueMicrotask);

/**
 * What of a new answer is the same as in the last one stays the same object, by which lists know what to draw again. The library
 * compares by place; here by what the items are.
 */
const SHARING: { readonly [Name in QueryName]?: (before: unknown, after: unknown) => unknown } = {
  // As ask and changeAnswers have held them to the contract.
  'log.get': (before, after) => (before === undefined ? after : sharedWith(before as LogView, after as LogView)),
  // While it is sent, each action moves up by one with every answer.
  'outbox.get': (before, after) =>
    before === undefined ? after : sharedOutbox(before as OutboxView, after as OutboxView),
};

const sharedOutbox = (before: OutboxView, after: OutboxView): OutboxView => ({
  ...after,
  waiting: sharedBy(before.waiting, after.waiting, ({ operationId }) => operationId),
  tray: sharedBy(before.tray, after.tray, ({ operationId }) => operationId),
});

const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await call(name, input);
  return answer.ok ? answer.value : Promise.reject(answer.error);
};

/** `fixed`: asked for once, and again only by `refetch`: what somebody works on does not change under their hands. */
type Options = { readonly fixed?: boolean };
/** `every`: also asked for when it is shown, and again after so many milliseconds: a figure that no event announces. */
type CallOptions = Options & { readonly every?: number };
/** `every`: also asked for again after so many milliseconds, while it is shown; left out: only by events. */
type LiveOptions<Name extends LiveName> = Options & {
  readonly every?: (last: CallOutput<Name> | undefined) => number;
  /** Whether it is asked for at all; left out: yes. */
  readonly wanted?: boolean;
};

/** The last part of a fixed answer's key, which is its component's own. */
const FIXED = 'fixed';

const useKey = (name: CallName, input: unknown, { fixed = false }: Options): QueryKey => {
  const component = useId();
  return fixed ? [name, input, component, FIXED] : [name, input];
};

/**
 * What the core knows on this laptop: at once what was answered last, asked for again when an event says that it changed.
 * Where no event does, each new display asks again.
 */
export const useCall = <Name extends QueryName>(
  name: Name,
  input: CallInput<Name>,
  options: CallOptions = {},
): UseQueryResult<CallOutput<Name>, RegieError> => {
  const queryKey = useKey(name, input, options);
  return useQuery({
    queryKey,
    queryFn: () => ask(name, input),
    staleTime: options.fixed || isAnnounced(name) ? Number.POSITIVE_INFINITY : 0,
    structuralSharing: SHARING[name] ?? true,
    ...(options.fixed ? { gcTime: 0 } : {}),
    ...(options.every === undefined ? {} : { refetchInterval: options.every, refetchOnMount: 'always' }),
  });
};

/**
 * What the festival's database answers to this component: never what it once answered to another one. The last answer
 * stays beside the error of a newer question.
 */
export const useLive = <Name extends LiveName>(name: Name, input: CallInput<Name>, options: LiveOptions<Name> = {}) => {
  const { every, wanted = true } = options;
  const queryKey = useKey(name, input, options);
  const { data, error, isFetchedAfterMount, isFetching, refetch } = useQuery<CallOutput<Name>, RegieError>({
    queryKey,
    queryFn: () => ask(name, input),
    enabled: wanted,
    staleTime: 0,
    gcTime: 0,
    refetchOnMount: 'always',
    ...(every === undefined ? {} : { refetchInterval: ({ state }) => every(state.data) }),
  });
  return isFetchedAfterMount
    ? { data, error, isFetching, refetch }
    : { data: undefined, error: null, isFetching, refetch };
};

/** A live call that answers in pages: each after the place where the one before ended. */
type PagedName = {
  [Name in LiveName]: CallOutput<Name> extends { readonly next: unknown } ? Name : never;
}[LiveName];

/** `every`: asked for again after so many milliseconds, while it is shown; 0: only by events. */
type PagesOptions<Name extends PagedName> = {
  readonly every?: (pages: readonly CallOutput<Name>[]) => number;
};

/** The pages that have been asked for so far, which `more` adds to; begun anew whenever it is shown. */
export const usePages = <Name extends PagedName>(
  name: Name,
  input: Omit<CallInput<Name>, 'after'>,
  { every = () => 0 }: PagesOptions<Name> = {},
) => {
  type Page = CallOutput<Name>;
  const { data, error, isFetching, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: [name, input],
    queryFn: ({ pageParam }): Promise<Page> => ask(name, { ...input, after: pageParam } as CallInput<Name>),
    initialPageParam: null as Page['next'] | null,
    getNextPageParam: ({ next }: Page) => next ?? undefined,
    staleTime: 0,
    gcTime: 0,
    refetchOnMount: 'always',
    refetchInterval: ({ state }) => every(state.data?.pages ?? []) || false,
  });
  return {
    pages: data?.pages,
    // The library has no name for what `ask` rejects with.
    error: error as RegieError | null,
    isFetching,
    more: hasNextPage ? () => void fetchNextPage() : null,
    refetch,
  };
};

/** What answers are asked for at most so often while events say that they change, in milliseconds. */
const REST_MS: Partial<Record<string, number>> = {
  // While it sends, the outbox changes hundreds of times a second.
  'outbox.get': 250,
  'log.get': 100,
  'log.followUps': 100,
  'card.look': 250,
  // A bulk correction says so of each batch; its list has thousands of cards.
  'proposal.items': 1_000,
  // In a storm alerts change with every cycle, and each page that is shown is asked for again.
  'history.find': 2_000,
  'history.count': 2_000,
  // A status comes with every cycle.
  'audit.seen': 5_000,
  'health.look': 5_000,
  'outside.get': 5_000,
  'transactionWords.look': 5_000,
};

const refetch = async (queryKey: QueryKey): Promise<void> => {
  // A first answer that is on its way cannot be called off, and may be older than the event: it is waited for.
  const first = queryClient
    .getQueryCache()
    .findAll({ queryKey, fetchStatus: 'fetching', predicate: ({ state }) => state.data === undefined });
  await Promise.allSettled(first.map(({ promise }) => promise));
  await queryClient.invalidateQueries({ queryKey, predicate: (query) => query.queryKey.at(-1) !== FIXED });
};
const refetchSoon = createCoalescer(refetch, ([name]) => REST_MS[String(name)] ?? 0);

/** Asks again for what an event has made stale, as far as it is on the screen; the rest when it is shown again. */
export const refetchAfter = (event: RegieEvent): void => {
  for (const key of staleAfter(event)) refetchSoon(key);
};

/**
 * Changes what a call has answered, whatever its input, without asking the core again. Answers that have to be asked for again
 * anyway are left alone; a first one that is on its way may be older than the change, and is asked for once more.
 */
export const changeAnswers = <Name extends QueryName>(
  name: Name,
  change: (answer: CallOutput<Name>, input: CallInput<Name>) => CallOutput<Name>,
): void => {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: [name] })) {
    const { data, isInvalidated, fetchStatus } = query.state;
    const input = query.queryKey[1];
    if (data === undefined) refetchSoon([name]);
    else if (fetchStatus === 'fetching' || !isInvalidated)
      // A key is a call's name and input, as useCall makes it.
      queryClient.setQueryData(query.queryKey, change(data as CallOutput<Name>, input as CallInput<Name>));
  }
};

/** Asks again for a call's answers, whatever their input. @returns when they have come */
export const refetchCall = (name: QueryName | LiveName): Promise<void> => refetch([name]);

/** Forgets every answer: they are another festival's. */
export const forgetAnswers = (): Promise<void> => queryClient.resetQueries();
