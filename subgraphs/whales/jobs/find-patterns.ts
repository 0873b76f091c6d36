import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import type { PatternSearch } from '../store/pattern-search';
import type { StoredTail } from '../store/stored-tail';

/** How often it looks although nothing was stored: what an outage kept it from, in ms. */
const LOOK_MS = 5_000;

export interface FindPatternsParts {
  search: Pick<PatternSearch, 'advance'>;
  tail: Pick<StoredTail, 'add'>;
  log: Log;
}

/** Looks for patterns in what is stored, as it is stored. */
export async function findPatterns({ search, tail, log }: FindPatternsParts): Promise<Stop> {
  let isOver = false;
  let isAsked = false;
  let looking: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    for (let more = true; more && !isOver;) {
      isAsked = false;
      more = (await search.advance()) || isAsked;
    }
  };
  const look = (): void => {
    isAsked = true;
    looking ??= run()
      .catch((err: unknown) => log.warn({ err }, 'patterns cannot be looked for'))
      .finally(() => (looking = null));
  };
  const leave = tail.add(look);
  const timer = setInterval(look, LOOK_MS);
  look();
  return async () => {
    isOver = true;
    clearInterval(timer);
    leave();
    await looking;
  };
}
