import { useCallback, useEffect, useReducer, useRef } from 'react';
import {
  type Feed,
  MOST_SHOWN,
  type Moved,
  NONE_LEAVING,
  type Told,
  withMoved,
  withOlder,
} from './feed';

/** New ones are shown together this often, in ms. */
const SHOW_EVERY_MS = 500;

/** A page of a feed, newest first. */
export interface FeedPage<Item> {
  items: readonly Item[];
  /** Where older ones go on; null at the end. */
  cursor: string | null;
}

interface State<Item extends Moved> extends Feed<Item> {
  status: 'loading' | 'ready' | 'failed';
  error: unknown;
  /** Where older ones go on; null at the end. */
  cursor: string | null;
}

type Action<Item extends Moved> =
  | { type: 'loaded' | 'older'; page: FeedPage<Item> }
  | { type: 'moved'; told: readonly Told<Item>[]; held: boolean }
  | { type: 'failed'; error: unknown };

function reduce<Item extends Moved>(state: State<Item>, action: Action<Item>): State<Item> {
  switch (action.type) {
    case 'loaded': {
      const { items, cursor } = action.page;
      const waiting = state.waiting.map((item) => ({ item, standsFor: [] }));
      const loaded = { shown: items, waiting: [], leaving: NONE_LEAVING };
      return { ...withMoved(loaded, waiting, false), status: 'ready', error: undefined, cursor };
    }
    case 'older': {
      const feed = withOlder(state, action.page.items);
      const isFull = feed.shown.length >= MOST_SHOWN;
      return { ...state, ...feed, cursor: isFull ? null : action.page.cursor };
    }
    case 'moved':
      return { ...state, ...withMoved(state, action.told, action.held) };
    case 'failed':
      return { ...state, status: 'failed', error: action.error };
  }
}

/** The newest of something, and how their loading stands. */
export interface LiveFeed<Item extends Moved> extends State<Item> {
  reload: () => void;
  /** Loads what is older than the last one shown; nothing while it does so already. */
  loadOlder: () => void;
  /** Takes a live one, and the ids of others that it stands for from now on. */
  take: (item: Item, standsFor?: readonly string[]) => void;
}

/** Keeps a list of what `load` gives and `take` is given. While `held`, new ones wait. `load` rejects with what went wrong. */
export function useLiveFeed<Item extends Moved>(
  load: (after: string | null) => Promise<FeedPage<Item>>,
  held: boolean,
): LiveFeed<Item> {
  const [state, dispatch] = useReducer(reduce<Item>, {
    ...{ shown: [], waiting: [], leaving: NONE_LEAVING },
    ...{ status: 'loading', error: undefined, cursor: null },
  });
  const pending = useRef<Told<Item>[]>([]);
  const alive = useRef<AbortController>(null);
  const isLoading = useRef(false);

  const loadPage = useCallback(
    async (after: string | null, signal: AbortSignal) => {
      isLoading.current = true;
      const result = await load(after).then(
        (page) => ({ page, error: undefined }),
        (error: unknown) => ({ page: null, error }),
      );
      if (signal.aborted) return;
      isLoading.current = false;
      if (result.page) dispatch({ type: after === null ? 'loaded' : 'older', page: result.page });
      // What is older can be asked for again by scrolling.
      else if (after === null) dispatch({ type: 'failed', error: result.error });
    },
    [load],
  );
  useEffect(() => {
    const controller = new AbortController();
    alive.current = controller;
    void loadPage(null, controller.signal);
    return () => controller.abort();
  }, [loadPage]);
  const reload = useCallback(() => {
    if (alive.current) void loadPage(null, alive.current.signal);
  }, [loadPage]);
  const { cursor } = state;
  const loadOlder = useCallback(() => {
    if (cursor !== null && alive.current && !isLoading.current) {
      void loadPage(cursor, alive.current.signal);
    }
  }, [loadPage, cursor]);

  useEffect(() => {
    const show = () => {
      const told = pending.current;
      if (told.length === 0) return;
      pending.current = [];
      dispatch({ type: 'moved', told, held });
    };
    if (!held) dispatch({ type: 'moved', told: [], held });
    const timer = setInterval(show, SHOW_EVERY_MS);
    return () => clearInterval(timer);
  }, [held]);
  const take = useCallback(
    (item: Item, standsFor: readonly string[] = []) =>
      void pending.current.push({ item, standsFor }),
    [],
  );

  return { ...state, reload, loadOlder, take };
}
