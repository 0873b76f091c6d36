import type { SignalledWhaleFragment as Whale } from '../../../generated/graphql';
import { openLocalStore } from '../../../ui/local-store';
import { isUndone } from '../status';

/** What began to move before that is no news, in ms: what is told of it late is how it went on. */
const NEWS_FOR_MS = 15 * 60_000;
/** Of so many the last ones are remembered. */
const MOST_REMEMBERED = 500;

const isText = (item: unknown): item is string => typeof item === 'string';

/** Ids of what was signalled in this browser, the last one last. */
const signalled = openLocalStore('spyhop.signalled-whales', (found): readonly string[] =>
  Array.isArray(found) ? found.filter(isText) : [],
);

/** Takes note of what other tabs signal, until what it returns is called. */
export const listenToTabs = (): (() => void) => signalled.subscribe(() => undefined);

/** Whether it has just begun to move, and has not been taken back. */
export function isNews({ time, status, fold }: Whale, now: number): boolean {
  return !isUndone(status) && now - Date.parse(fold?.firstTime ?? time) <= NEWS_FOR_MS;
}

/** Remembers that it is signalled, it and its group; false where that was before. */
export function remember({ id, fold }: Whale): boolean {
  const known = signalled.get();
  const ids = [...new Set([id, fold?.id ?? id])];
  const fresh = ids.filter((each) => !known.includes(each));
  if (fresh.length > 0) signalled.set([...known, ...fresh].slice(-MOST_REMEMBERED));
  return fresh.length === ids.length;
}
