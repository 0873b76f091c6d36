import { invalidInput } from '@spyhop/platform/errors';
import { LONGEST_SEARCH } from './asset-list';
import type { AssetInfo } from './asset';

/** The trimmed text; throws INVALID_INPUT when it is empty or too long. */
export function checkQuery(query: string): string {
  const text = query.trim();
  if (text.length >= 1 && text.length <= LONGEST_SEARCH) return text;
  throw invalidInput(
    `\`query\` must have 1 to ${LONGEST_SEARCH} characters besides spaces, not ${text.length}.`,
    { argument: 'query', minimum: 1, maximum: LONGEST_SEARCH },
  );
}

/** How well the asset matches, 0 is best: symbol, start of the symbol, of the name, of a later word, any part. */
function gradeOf({ symbol, name }: AssetInfo, text: string): number | null {
  const [ticker, title] = [symbol.toLowerCase(), name.toLowerCase()];
  if (ticker === text) return 0;
  if (ticker.startsWith(text)) return 1;
  if (title.startsWith(text)) return 2;
  if (title.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(text))) return 3;
  return ticker.includes(text) || title.includes(text) ? 4 : null;
}

/** Those that match, best first; equal ones by market rank, then by symbol. */
export function searchAssets(assets: readonly AssetInfo[], query: string): AssetInfo[] {
  const text = query.toLowerCase();
  return assets
    .flatMap((info) => {
      const grade = gradeOf(info, text);
      return grade === null ? [] : [{ info, grade }];
    })
    .sort((a, b) => a.grade - b.grade || byRank(a.info, b.info))
    .map(({ info }) => info);
}

/** Unranked ones last, equal ones by symbol. */
function byRank(a: AssetInfo, b: AssetInfo): number {
  const [rankA, rankB] = [a.rank ?? Infinity, b.rank ?? Infinity];
  if (rankA !== rankB) return rankA < rankB ? -1 : 1;
  return a.symbol < b.symbol ? -1 : 1;
}
