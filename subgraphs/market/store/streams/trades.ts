import type { LiveEvents } from '@spyhop/platform/live-events';
import { Mailbox } from '@spyhop/platform/mailbox';
import { type TradeEvent, tradePrinted } from '@spyhop/platform/topics';
import { tradesSince } from '../../rules/trade-page';
import type { LiveMarket } from '../live-market';
import { follow } from './follow';

/** Trades a reader may fall behind before the oldest unsent ones are skipped. */
const MOST_BEHIND = 500;

/** Trades as they print; after Redis was away, those kept from meanwhile come first. */
export async function streamTrades(
  live: LiveEvents,
  market: Pick<LiveMarket, 'readTrades'>,
  symbol: string,
): Promise<AsyncIterableIterator<TradeEvent>> {
  const policy = { ring: MOST_BEHIND };
  let end = (): void => undefined;
  let lastId: string | null = null;
  const out = new Mailbox<TradeEvent>(policy, tradePrinted.key, () => end());
  const caughtUp = new Set<string>();
  const send = (trade: TradeEvent): void => {
    lastId = trade.id;
    out.push(trade);
  };
  end = await follow(live, tradePrinted, [symbol], policy, {
    onEvent: (trade) => {
      if (!caughtUp.delete(trade.id)) send(trade);
    },
    catchUp: async () => {
      if (lastId === null) return;
      caughtUp.clear();
      for (const trade of tradesSince(await market.readTrades(symbol), lastId)) {
        caughtUp.add(trade.id);
        send(trade);
      }
    },
  });
  return out;
}
