import type { LocalStore } from '../../../ui/local-store';
import { createObservableValue } from '../../../ui/observable-value';
import { retryDelay } from '../../../ui/retry-delay';

/** What lets this page act as somebody. It is kept in memory alone. */
export interface Grant {
  accessToken: string;
  /** Epoch ms. */
  expiresAt: number;
  userId: string;
  roles: readonly string[];
}

/** Whom the page acts for. `restoring` lasts until the cookie of an earlier visit was tried. */
export type SessionState =
  | { status: 'anonymous'; /** It was over by itself, not signed out here. */ lapsed: boolean }
  | { status: 'restoring' }
  | { status: 'signed-in'; userId: string; roles: readonly string[] };

/** What the tabs of one browser tell each other. */
export type TabMessage = { kind: 'granted'; grant: Grant } | { kind: 'ended' };

/** The other tabs of this browser. */
export interface Tabs {
  tell(message: TabMessage): void;
  listen(listener: (message: TabMessage) => void): () => void;
  /** Runs while no other tab runs anything exclusively. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

interface SessionOptions {
  /** Trades the cookie for a new grant; null where there is no session any more. Rejects when nobody answers. */
  renew: () => Promise<Grant | null>;
  tabs: Tabs;
  /** Whether somebody is signed in, as far as the last visit knows: no token, and no secret. */
  remembered: LocalStore<boolean>;
  clock: () => number;
  random?: () => number;
}

/** Somebody's session in this page. */
export interface Session {
  get(): SessionState;
  subscribe(listener: () => void): () => void;
  /** The access token, if there is one that still holds. */
  token(): string | null;
  /** The access token, renewed first where it is about to end. Null for nobody. */
  freshToken(): Promise<string | null>;
  /** The token after `refused`, which the server did not take. Null when the session is over. */
  replace(refused: string | null): Promise<string | null>;
  begin(grant: Grant): void;
  end(): void;
  /** Goes on with the session of an earlier visit, and keeps it; returns how to stop. */
  start(): () => void;
}

/** A token is renewed so long before its end, in ms … */
const EARLY_MS = 60_000;
/** … in most tabs up to so much earlier, so that the first one serves them all. */
const SPREAD_MS = 15_000;
/** A token that ends within this time is not sent any more, in ms. */
const LEAST_LEFT_MS = 5_000;

/** Holds the session: renews it in time, in one tab at a time, and follows what other tabs do. */
export function createSession(options: SessionOptions): Session {
  const { renew, tabs, remembered, clock, random = Math.random } = options;
  let grant: Grant | null = null;
  const state = createObservableValue<SessionState>(
    remembered.get() ? { status: 'restoring' } : { status: 'anonymous', lapsed: false },
  );
  let running: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const isAnonymous = () => state.get().status === 'anonymous';
  const lasts = (known: Grant | null, ms: number): known is Grant =>
    known !== null && known.expiresAt - clock() > ms;
  const plan = (wait: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void renewed(grant).catch(() => undefined), Math.max(0, wait));
  };
  const accept = (next: Grant) => {
    grant = next;
    failures = 0;
    plan(next.expiresAt - clock() - EARLY_MS - random() * SPREAD_MS);
    state.set({ status: 'signed-in', userId: next.userId, roles: next.roles });
  };
  const forget = (lapsed: boolean) => {
    clearTimeout(timer);
    grant = null;
    remembered.set(false);
    state.set({ status: 'anonymous', lapsed });
  };
  /** What was asked for before a sign-in or sign-out is not for whoever is here now. */
  const settle = (before: Grant | null, next: Grant | null) => {
    if (grant !== before || isAnonymous()) return;
    if (next) accept(next);
    else forget(true);
    tabs.tell(next ? { kind: 'granted', grant: next } : { kind: 'ended' });
  };
  const renewed = (stale: Grant | null): Promise<void> => {
    running ??= tabs
      .exclusively(async () => {
        const before = grant;
        if (before !== stale && lasts(before, EARLY_MS)) return;
        settle(before, await renew());
      })
      .catch((error: unknown) => {
        plan(retryDelay(failures++, random));
        throw error;
      })
      .finally(() => (running = null));
    return running;
  };
  const tokenAfter = async (stale: Grant | null) => {
    await renewed(stale);
    return grant?.accessToken ?? null;
  };
  const follow = (message: TabMessage) => {
    if (message.kind === 'granted') accept(message.grant);
    else forget(false);
  };

  return {
    get: state.get,
    subscribe: state.subscribe,
    token: () => (lasts(grant, LEAST_LEFT_MS) ? grant.accessToken : null),
    freshToken: async () => {
      if (isAnonymous()) return null;
      return lasts(grant, LEAST_LEFT_MS) ? grant.accessToken : tokenAfter(grant);
    },
    replace: async (refused) => {
      if (isAnonymous()) return null;
      if (grant && grant.accessToken !== refused) return grant.accessToken;
      return tokenAfter(grant);
    },
    begin: (next) => {
      remembered.set(true);
      accept(next);
      tabs.tell({ kind: 'granted', grant: next });
    },
    end: () => {
      forget(false);
      tabs.tell({ kind: 'ended' });
    },
    start: () => {
      const stopListening = tabs.listen(follow);
      if (state.get().status === 'restoring') plan(0);
      return () => {
        stopListening();
        clearTimeout(timer);
      };
    },
  };
}
