import type { LiveEvents } from '@spyhop/platform/live-events';
import { Mailbox } from '@spyhop/platform/mailbox';
import { type PriceTick, priceTicked } from '@spyhop/platform/topics';
import type { LiveMarket } from '../live-market';
import { follow } from './follow';

/** Every price change of the symbols, beginning with their newest prices; a slow reader gets the newest. */
export async function streamTicks(
  live: LiveEvents,
  market: Pick<LiveMarket, 'readQuotes'>,
  symbols: readonly string[],
): Promise<AsyncIterableIterator<PriceTick>> {
  const sent = new Map<string, number>();
  let end = (): void => undefined;
  const out = new Mailbox<PriceTick>('newest-per-key', priceTicked.key, () => end());
  const send = (tick: PriceTick): void => {
    sent.set(tick.symbol, tick.receivedAt);
    out.push(tick);
  };
  end = await follow(live, priceTicked, symbols, 'newest-per-key', {
    onEvent: send,
    catchUp: async () => {
      for (const { last } of await market.readQuotes(symbols)) {
        if (last !== null && last.receivedAt > (sent.get(last.symbol) ?? -Infinity)) send(last);
      }
    },
  });
  return out;
}
