/** What the whales page shows; the address bar holds exactly this. */
export interface WhalesView {
  /** Ticker; null for any. */
  asset: string | null;
  /** E.g. bitcoin; null for any. */
  chain: string | null;
  /** Whole USD as decimal digits; null for any. */
  minUsd: string | null;
}

/** The view without any choice made. */
export const EVERY_WHALE: WhalesView = { asset: null, chain: null, minUsd: null };

const matching = (text: string | null, shape: RegExp): string | null =>
  text !== null && shape.test(text) ? text : null;

/** Reads a view from the query part of an address; what makes no sense is ignored. */
export const parseWhalesView = (params: URLSearchParams): WhalesView => ({
  asset: matching(params.get('asset'), /^[A-Z0-9]{1,16}$/),
  chain: matching(params.get('chain'), /^[a-z][a-z0-9-]{0,31}$/),
  minUsd: matching(params.get('min'), /^[1-9]\d{0,14}$/),
});

/** Writes a view as the query part of an address; choices not made leave no trace. */
export function whalesParams({ asset, chain, minUsd }: WhalesView): URLSearchParams {
  const entries = { asset, chain, min: minUsd };
  return new URLSearchParams(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** What the API is asked for. */
export const filterOf = ({ asset, chain, minUsd }: WhalesView) => ({
  assets: asset === null ? null : [asset],
  chains: chain === null ? null : [chain],
  minUsd,
});
