import type {
  OwnerKind,
  WhaleDirection,
  WhalePatternRule,
  WhaleTransactionFilter,
} from '../../../generated/graphql';
import { DIRECTIONS } from '../directions';
import { OWNER_KINDS } from '../parties';
import { PATTERN_RULES } from '../patterns/rules';

/** `folded` shows one for each group, `groups` only groups, `raw` every single transaction. */
export type Folding = 'folded' | 'groups' | 'raw';

/** What the whales page shows; the address bar holds exactly this. Empty lists stand for any. */
export interface WhalesView {
  /** Tickers. */
  assets: readonly string[];
  /** E.g. bitcoin. */
  chains: readonly string[];
  /** Whole USD as decimal digits; null for any. */
  minUsd: string | null;
  directions: readonly WhaleDirection[];
  ownerKinds: readonly OwnerKind[];
  /** Names, e.g. binance. */
  owners: readonly string[];
  pattern: WhalePatternRule | null;
  folding: Folding;
}

/** The view without any choice made. */
export const EVERY_WHALE: WhalesView = {
  ...{ assets: [], chains: [], minUsd: null, directions: [], ownerKinds: [], owners: [] },
  ...{ pattern: null, folding: 'folded' },
};

/** More of one kind the API does not take. */
const MOST_OF_A_KIND = 50;
const TICKER = /^[A-Z0-9]{1,16}$/;
const CHAIN = /^[a-z][a-z0-9-]{0,31}$/;
const OWNER = /^[^,\p{Cc}]{1,64}$/u;

/** The ticker that somebody has typed; null for what can be none. */
export function parseTicker(text: string): string | null {
  const ticker = text.toUpperCase();
  return TICKER.test(ticker) ? ticker : null;
}

/** The name of an owner that somebody has typed; null for what can be none. */
export const parseOwner = (text: string): string | null => (OWNER.test(text) ? text : null);

type Known<T extends string> = Readonly<Record<T, string>>;

const listOf = (text: string | null, shape: RegExp): readonly string[] =>
  [...new Set(text?.split(','))].filter((item) => shape.test(item)).slice(0, MOST_OF_A_KIND);

const isOf = <T extends string>(known: Known<T>, text: string): text is T => text in known;

/** Values of an enumeration, which the address bar has in lower case. */
const knownOf = <T extends string>(text: string | null, known: Known<T>): readonly T[] =>
  [...new Set(text?.toUpperCase().split(','))].filter((item) => isOf(known, item));

const matching = (text: string | null, shape: RegExp): string | null =>
  text !== null && shape.test(text) ? text : null;

const foldingOf = (text: string | null): Folding =>
  text === 'groups' || text === 'raw' ? text : 'folded';

/** Reads a view from the query part of an address; what makes no sense is ignored. */
export const parseWhalesView = (params: URLSearchParams): WhalesView => ({
  assets: listOf(params.get('asset'), TICKER),
  chains: listOf(params.get('chain'), CHAIN),
  minUsd: matching(params.get('min'), /^[1-9]\d{0,14}$/),
  directions: knownOf(params.get('way'), DIRECTIONS),
  ownerKinds: knownOf(params.get('kind'), OWNER_KINDS),
  owners: listOf(params.get('owner'), OWNER),
  pattern: knownOf(params.get('pattern'), PATTERN_RULES)[0] ?? null,
  folding: foldingOf(params.get('show')),
});

/** Writes a view as the query part of an address; choices not made leave no trace. */
export function whalesParams(view: WhalesView): URLSearchParams {
  const entries = {
    asset: view.assets.join(),
    chain: view.chains.join(),
    min: view.minUsd ?? '',
    way: view.directions.join().toLowerCase(),
    kind: view.ownerKinds.join().toLowerCase(),
    owner: view.owners.join(),
    pattern: view.pattern?.toLowerCase() ?? '',
    show: view.folding === 'folded' ? '' : view.folding,
  };
  return new URLSearchParams(Object.entries(entries).filter(([, text]) => text !== ''));
}

const orAny = <T>(list: readonly T[]): T[] | null => (list.length === 0 ? null : [...list]);

/** What the API is asked for. */
export const filterOf = (view: WhalesView): WhaleTransactionFilter => ({
  assets: orAny(view.assets),
  chains: orAny(view.chains),
  minUsd: view.minUsd,
  directions: orAny(view.directions),
  ownerKinds: orAny(view.ownerKinds),
  labels: orAny(view.owners),
  pattern: view.pattern,
  raw: view.folding === 'raw' || null,
  folded: view.folding === 'groups' || null,
});

/** Whether new ones can be told of as they move: patterns are found after. */
export const isLive = ({ pattern }: WhalesView): boolean => pattern === null;

/** Whether something is left out. */
export const isNarrowed = (view: WhalesView): boolean =>
  whalesParams({ ...view, folding: view.folding === 'raw' ? 'folded' : view.folding }).size > 0;
