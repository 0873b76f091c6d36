import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { FeedKind, WhaleLeg, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { pause } from '../feeds/pause';
import { type PriceBoard, REACH_MS } from '../rules/prices';
import { type PriceAt, valued } from '../rules/valuation';
import type { WhaleTransaction } from '../rules/whale';
import type { Journal } from '../store/journal';
import type { UnvaluedPlace, UnvaluedStore } from '../store/unvalued';

export interface ValueLaterParts {
  prices: Pick<PriceBoard, 'of' | 'revision'>;
  unvalued: Pick<UnvaluedStore, 'page' | 'kind'>;
  journal: Pick<Journal, 'save'>;
  clock: Clock;
  log: Log;
}

/** How often it is asked whether there are other prices, in ms. */
const LOOK_MS = 1_000;
/** Where nothing has changed all is looked at again after so long, in ms. */
const AGAIN_MS = 60 * 60_000;
const PAGE = 200;
/** Between two pages, in ms: whoever stores what is new comes first. */
const BREATH_MS = 50;

/**
 * Values what had no worth when it was stored, or only its source's word for it, as soon as candles reach there, until
 * the signal aborts. What it has valued it does not find again, so that whoever takes over goes on.
 */
export async function valueLater(parts: ValueLaterParts, signal: AbortSignal): Promise<void> {
  const { prices, clock, log } = parts;
  let done = { revision: 0, at: -Infinity };
  while (!signal.aborted) {
    const now = { revision: prices.revision, at: clock() };
    if (now.revision !== done.revision || now.at - done.at >= AGAIN_MS) {
      try {
        await valueAll(parts, signal);
        done = now;
      } catch (err) {
        log.warn({ err }, 'what has no worth was not valued; trying again');
      }
    }
    await pause(LOOK_MS, signal);
  }
}

async function valueAll(parts: ValueLaterParts, signal: AbortSignal): Promise<void> {
  const { unvalued, journal, prices, clock } = parts;
  const since = clock() - REACH_MS;
  let after: UnvaluedPlace | null = null;
  do {
    const kind = await unvalued.kind();
    if (kind === null) return;
    const page: WhaleTransaction[] = await unvalued.page(since, after, PAGE);
    const better = page.flatMap((each) => valuedNow(each, kind, prices.of(kind)) ?? []);
    if (better.length > 0) await journal.save(better);
    after = page.length === PAGE ? (page.at(-1) ?? null) : null;
    await pause(BREATH_MS, signal);
  } while (after !== null && !signal.aborted);
}

/** As its first source would tell of it now; null where nothing is known better. */
function valuedNow(
  { chain, hash, time, sources: [source = ''], legs: known }: WhaleTransaction,
  kind: FeedKind,
  priceAt: PriceAt,
): WhaleTransactionSeen | null {
  const legs = known.map((leg) => legNow(leg, time, priceAt));
  if (legs.every((leg, place) => leg === known[place])) return null;
  // Never later than what is stored, so that it takes the place of nothing.
  return { dataset: { kind, begun: 0 }, chain, hash, time, source, legs };
}

function legNow(leg: WhaleLeg, time: number, priceAt: PriceAt): WhaleLeg {
  if (leg.usdBasis === 'CANDLES' || leg.usdBasis === 'PEG') return leg;
  const now = valued({ ...leg, statedUsd: null }, time, priceAt);
  return now.usdBasis === null ? leg : now;
}
