import { SpyhopError, invalidInput } from '@spyhop/platform/errors';

/** Most symbols that one argument may list. */
export const MOST_SYMBOLS = 250;

const EXAMPLES = 5;

/** The listed symbols, each once; throws INVALID_INPUT unless there are 1 to 250. */
export function checkSymbols(symbols: readonly string[]): string[] {
  const distinct = [...new Set(symbols)];
  if (distinct.length >= 1 && distinct.length <= MOST_SYMBOLS) return distinct;
  throw invalidInput(
    `\`symbols\` must list 1 to ${MOST_SYMBOLS} symbols, not ${distinct.length}.`,
    {
      argument: 'symbols',
      minimum: 1,
      maximum: MOST_SYMBOLS,
    },
  );
}

/** The error for a symbol that is not tracked; `extensions.allowed` lists those that are. */
export function unknownSymbol(symbol: string, tracked: readonly string[]): SpyhopError {
  const allowed = [...tracked].sort();
  return new SpyhopError(
    'NOT_FOUND',
    `There is no asset ${JSON.stringify(symbol.slice(0, 40))}. ${hint(symbol, allowed)}`,
    { argument: 'symbol', allowed },
  );
}

function hint(symbol: string, allowed: readonly string[]): string {
  const upper = symbol.toUpperCase();
  if (allowed.includes(upper)) return `Symbols are in upper case: ${upper}.`;
  if (allowed.length === 0) return 'No asset is tracked yet; the market feed adds them.';
  const some = allowed.slice(0, EXAMPLES).join(', ');
  return `Tracked are ${some}${allowed.length > EXAMPLES ? ' …' : ''}; \`search\` finds them by name.`;
}
