import {
  asNumeric,
  fixedFormats,
  type Formats,
  isKnown,
  joinParts,
  priceDecimals,
  spaceCompact,
  type SplitNumber,
  splitParts,
  UNKNOWN,
} from './format';

/** Writes amounts of US dollars in the currency in which somebody wants to read them. */
export interface Money {
  /** ISO 4217, of what is written. */
  currency: string;
  /** Names the currency after an amount of which nothing around it does; empty where amounts bear its sign. */
  suffix: string;
  /** A price with as many decimals as its magnitude needs; `quotedDecimals` are those of the dollars. */
  price(dollars: string | null, quotedDecimals?: number): string;
  /** The same price in two parts, abbreviated where it would be too long for a column. */
  splitPrice(dollars: string | null, quotedDecimals?: number): SplitNumber;
  /** A big amount, abbreviated. */
  amount(dollars: string | null): string;
}

/** Dollars as they are, without a sign. */
export const inDollars = (formats: Formats): Money => ({
  currency: 'USD',
  suffix: ' USD',
  price: (dollars, quoted) => formats.price(dollars, quoted),
  splitPrice: (dollars, quoted) => formats.splitPrice(dollars, quoted),
  amount: (dollars) => formats.amount(dollars),
});

/** From so many digits before the point on, a price has no more decimals than cash has … */
const LARGE_DIGITS = 4;
/** … none, */
const WHOLE_DIGITS = 7;
/** … and is abbreviated in a column. */
const LONG_DIGITS = 9;
/** Of what is abbreviated. */
const SIGNIFICANT_DIGITS = 5;

const digitsOf = (text: string): number => /\d+/.exec(text)?.[0].length ?? 0;

/** Amounts with the sign of a currency (ISO 4217), of which a dollar is worth `perDollar`: exact, then rounded once. */
export function inCurrency(locale: string | undefined, currency: string, perDollar: string): Money {
  const style = { style: 'currency', currency } as const;
  const usual = new Intl.NumberFormat(locale, style).resolvedOptions().maximumFractionDigits ?? 2;
  const fixed = fixedFormats(locale, style);
  const compact = new Intl.NumberFormat(locale, {
    ...style,
    notation: 'compact',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    maximumSignificantDigits: SIGNIFICANT_DIGITS,
    roundingPriority: 'lessPrecision',
  });
  const long = new Intl.NumberFormat(locale, {
    ...style,
    notation: 'compact',
    minimumSignificantDigits: SIGNIFICANT_DIGITS,
    maximumSignificantDigits: SIGNIFICANT_DIGITS,
  });
  const decimalsOf = (text: string, quoted?: number): number => {
    const useful = priceDecimals(text, quoted);
    const digits = digitsOf(text);
    if (digits >= WHOLE_DIGITS) return 0;
    return digits >= LARGE_DIGITS ? Math.min(useful, usual) : useful;
  };
  const priceParts = (text: string, quoted?: number): Intl.NumberFormatPart[] =>
    fixed(decimalsOf(text, quoted)).formatToParts(asNumeric(text));
  const split = (text: string, quoted?: number): SplitNumber => {
    const parts = priceParts(text, quoted);
    if (digitsOf(text) < LONG_DIGITS) return splitParts(parts);
    const short = splitParts(spaceCompact(long.formatToParts(asNumeric(text))));
    return { ...short, full: joinParts(parts) };
  };
  return {
    currency,
    suffix: '',
    price: (dollars, quoted) =>
      isKnown(dollars) ? joinParts(priceParts(times(dollars, perDollar), quoted)) : UNKNOWN,
    splitPrice: (dollars, quoted) =>
      isKnown(dollars)
        ? split(times(dollars, perDollar), quoted)
        : { whole: UNKNOWN, fraction: '' },
    amount: (dollars) =>
      isKnown(dollars)
        ? joinParts(spaceCompact(compact.formatToParts(asNumeric(times(dollars, perDollar)))))
        : UNKNOWN,
  };
}

const fractionOf = (text: string): number => text.split('.')[1]?.length ?? 0;

/** The product of two decimal texts, every digit of it. */
function times(a: string, b: string): string {
  const fraction = fractionOf(a) + fractionOf(b);
  const product = BigInt(a.replace('.', '')) * BigInt(b.replace('.', ''));
  const digits = `${product < 0n ? -product : product}`.padStart(fraction + 1, '0');
  const point = digits.length - fraction;
  const sign = product < 0n ? '-' : '';
  return `${sign}${digits.slice(0, point)}${fraction === 0 ? '' : `.${digits.slice(point)}`}`;
}
