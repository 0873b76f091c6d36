import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { pause } from '../feeds/pause';
import type { PatternRework } from '../store/pattern-rework';
import type { PatternSearch } from '../store/pattern-search';
import type { StoredTail } from '../store/stored-tail';

/** How often it looks although nothing was stored: what an outage kept it from, in ms. */
const LOOK_MS = 5_000;
/** What is stored within so long is looked at together, in ms. */
const TOGETHER_MS = 1_000;
/** Between two steps of looking anew, in ms: whoever stores comes first. */
const BREATH_MS = 20;

export interface FindPatternsParts {
  search: Pick<PatternSearch, 'advance'>;
  rework: Pick<PatternRework, 'advance'>;
  tail: Pick<StoredTail, 'add'>;
  log: Log;
}

/**
 * Looks for patterns in what is stored, a little after it is: what tells viewers of it comes first. Where there is none
 * left it looks anew at what has other owners now.
 */
export async function findPatterns(parts: FindPatternsParts): Promise<Stop> {
  const { search, rework, tail, log } = parts;
  const ending = new AbortController();
  let looking: Promise<void> | null = null;
  let waiting: NodeJS.Timeout | null = null;
  const run = async (): Promise<void> => {
    for (let more = true; more && !ending.signal.aborted;) {
      if (await search.advance()) continue;
      more = await rework.advance();
      if (more) await pause(BREATH_MS, ending.signal);
    }
  };
  const look = (): void => {
    waiting = null;
    if (looking !== null) return lookSoon();
    looking = run()
      .catch((err: unknown) => log.warn({ err }, 'patterns cannot be looked for'))
      .finally(() => (looking = null));
  };
  const lookSoon = (): void => void (waiting ??= setTimeout(look, TOGETHER_MS));
  const leave = tail.add(lookSoon);
  const timer = setInterval(lookSoon, LOOK_MS);
  lookSoon();
  return async () => {
    ending.abort();
    clearInterval(timer);
    clearTimeout(waiting ?? undefined);
    leave();
    await looking;
  };
}
