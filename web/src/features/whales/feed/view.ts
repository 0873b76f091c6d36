/** What the whales page shows; the address bar holds exactly this. Empty lists stand for any. */
export interface WhalesView {
  /** Tickers. */
  assets: readonly string[];
  /** E.g. bitcoin. */
  chains: readonly string[];
  /** Whole USD as decimal digits; null for any. */
  minUsd: string | null;
}

/** The view without any choice made. */
export const EVERY_WHALE: WhalesView = { assets: [], chains: [], minUsd: null };

/** More of one kind the API does not take. */
const MOST_OF_A_KIND = 50;
const TICKER = /^[A-Z0-9]{1,16}$/;
const CHAIN = /^[a-z][a-z0-9-]{0,31}$/;

/** The ticker that somebody has typed; null for what can be none. */
export function parseTicker(text: string): string | null {
  const ticker = text.toUpperCase();
  return TICKER.test(ticker) ? ticker : null;
}

const listOf = (text: string | null, shape: RegExp): readonly string[] =>
  [...new Set(text?.split(','))].filter((item) => shape.test(item)).slice(0, MOST_OF_A_KIND);

const matching = (text: string | null, shape: RegExp): string | null =>
  text !== null && shape.test(text) ? text : null;

/** Reads a view from the query part of an address; what makes no sense is ignored. */
export const parseWhalesView = (params: URLSearchParams): WhalesView => ({
  assets: listOf(params.get('asset'), TICKER),
  chains: listOf(params.get('chain'), CHAIN),
  minUsd: matching(params.get('min'), /^[1-9]\d{0,14}$/),
});

/** Writes a view as the query part of an address; choices not made leave no trace. */
export function whalesParams({ assets, chains, minUsd }: WhalesView): URLSearchParams {
  const entries = { asset: assets.join(), chain: chains.join(), min: minUsd ?? '' };
  return new URLSearchParams(Object.entries(entries).filter(([, text]) => text !== ''));
}

const orAny = (list: readonly string[]) => (list.length === 0 ? null : [...list]);

/** What the API is asked for. */
export const filterOf = ({ assets, chains, minUsd }: WhalesView) => ({
  assets: orAny(assets),
  chains: orAny(chains),
  minUsd,
});

/** Whether something is left out. */
export const isNarrowed = (view: WhalesView): boolean => whalesParams(view).size > 0;
