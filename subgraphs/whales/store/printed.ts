import type { LiveEvents } from '@spyhop/platform/live-events';
import { type ExchangePrint, exchangePrinted } from '@spyhop/platform/topics';
import { type PrintFilter, matchesPrint } from '../rules/print-filter';

/** Prints that wait for a reader who is busy; the oldest are let go of. */
const MOST_WAITING = 200;

/** Large trades that match, as they are announced, until the iteration is left. */
export async function printed(
  live: Pick<LiveEvents, 'subscribe'>,
  filter: PrintFilter,
): Promise<AsyncIterableIterator<ExchangePrint>> {
  const all = await live.subscribe(exchangePrinted, ['all'], { ring: MOST_WAITING });
  const next = async (): Promise<IteratorResult<ExchangePrint>> => {
    for (;;) {
      const result = await all.next();
      if (result.done || matchesPrint(filter, result.value)) return result;
    }
  };
  const matching: AsyncIterableIterator<ExchangePrint> = {
    next,
    return: async () => (await all.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => matching,
  };
  return matching;
}
