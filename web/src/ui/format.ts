/** What stands where a figure is unknown. */
export const UNKNOWN = '–';

/** A number split at its decimal separator, so that columns can align on it. */
export interface SplitNumber {
  whole: string;
  /** With its separator; empty for whole numbers. */
  fraction: string;
  /** All of it, where it is abbreviated. */
  full?: string;
}

/** Writes figures and times the way one person reads them. Amounts are exact decimal texts. */
export interface Formats {
  /** A price with as many decimals as its magnitude needs, never more than the exchange quotes. */
  price(text: string | null, quotedDecimals?: number): string;
  /** The same price in two parts. */
  splitPrice(text: string | null, quotedDecimals?: number): SplitNumber;
  /** A big amount, abbreviated: 1.24 B. */
  amount(text: string | null): string;
  /** Every digit of an amount, grouped; with `decimals`, so many behind the point. */
  exact(text: string | null, decimals?: number): string;
  /** A change in percent with its sign; `value` 1.5 is +1.50%. */
  change(value: number | null): string;
  /** A share in percent without a sign; `value` 54.2 is 54.2%. */
  share(value: number | null): string;
  /** A plain small number with `decimals` digits behind the point. */
  number(value: number | null, decimals: number): string;
  /** 14:03:27 */
  time(epochMs: number): string;
  /** 9 Aug 2024, 14:03 */
  dateTime(epochMs: number): string;
  /** 9 Aug 2024 */
  date(epochMs: number): string;
  /** 9 Aug */
  day(epochMs: number): string;
  /** 14:03 */
  minute(epochMs: number): string;
  /** Aug 2024 */
  month(epochMs: number): string;
  /** How long ago, in the largest whole unit: 5 minutes ago, vor 5 Minuten. */
  ago(ms: number): string;
}

const DECIMAL_TEXT = /^-?\d+(\.\d+)?$/;

/** Whether there is a figure to write. */
export const isKnown = (text: string | null): text is string =>
  text !== null && DECIMAL_TEXT.test(text);

/** Significant digits of a price below 1: one more when the exchange is known to quote it. */
const SMALL_PRICE_DIGITS = 4;

/** A decimal text as what number formats take without losing a digit. */
export function asNumeric(text: string): Intl.StringNumericLiteral {
  return text as Intl.StringNumericLiteral;
}

function usefulDecimals(text: string, smallPriceDigits: number): number {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  if (whole.length >= 4) return 2;
  if (Number(whole) > 0) return 4;
  const leadingZeros = /^0*/.exec(fraction)?.[0].length ?? 0;
  return leadingZeros === fraction.length ? 2 : leadingZeros + smallPriceDigits;
}

/** How many digits a price shows behind its decimal point. */
export function priceDecimals(text: string, quotedDecimals?: number): number {
  if (quotedDecimals === undefined) return usefulDecimals(text, SMALL_PRICE_DIGITS);
  return Math.min(quotedDecimals, usefulDecimals(text, SMALL_PRICE_DIGITS + 1));
}

/** The parts of an abbreviated number, with a narrow space before its unit. */
export function spaceCompact(parts: readonly Intl.NumberFormatPart[]): Intl.NumberFormatPart[] {
  return parts.map((part, index) => {
    const touching = part.type === 'compact' && parts[index - 1]?.type !== 'literal';
    return touching ? { ...part, value: `\u202f${part.value}` } : part;
  });
}

/** Writes parts of a number one after the other. */
export const joinParts = (parts: readonly Intl.NumberFormatPart[]): string =>
  parts.map(({ value }) => value).join('');

/** Splits a written number at its decimal separator; what follows the digits goes with them. */
export function splitParts(parts: readonly Intl.NumberFormatPart[]): SplitNumber {
  const point = parts.findIndex((part) => part.type === 'decimal');
  return point < 0
    ? { whole: joinParts(parts), fraction: '' }
    : { whole: joinParts(parts.slice(0, point)), fraction: joinParts(parts.slice(point)) };
}

/** Number formats by how many digits they show behind the point, each made once. */
export function fixedFormats(
  locale: string | undefined,
  options: Intl.NumberFormatOptions = {},
): (decimals: number) => Intl.NumberFormat {
  const made = new Map<number, Intl.NumberFormat>();
  return (decimals) => {
    const known = made.get(decimals);
    if (known) return known;
    const format = new Intl.NumberFormat(locale, {
      ...options,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    made.set(decimals, format);
    return format;
  };
}

/** Tokens have no more. */
const MOST_DECIMALS = 36;

/** Formats for a locale and a time zone; undefined means the browser's own. */
export function createFormats(locale?: string, timeZone?: string): Formats {
  const fixed = fixedFormats(locale);
  const exactFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: MOST_DECIMALS });
  const compact = new Intl.NumberFormat(locale, {
    notation: 'compact',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const signed = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const share = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const relative = new Intl.RelativeTimeFormat(locale);
  const clock = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, ...options });
    return (epochMs: number) => format.format(epochMs);
  };

  return {
    price: (text, quoted) =>
      isKnown(text) ? fixed(priceDecimals(text, quoted)).format(asNumeric(text)) : UNKNOWN,
    splitPrice: (text, quoted) =>
      isKnown(text)
        ? splitParts(fixed(priceDecimals(text, quoted)).formatToParts(asNumeric(text)))
        : { whole: UNKNOWN, fraction: '' },
    amount: (text) =>
      isKnown(text) ? joinParts(spaceCompact(compact.formatToParts(asNumeric(text)))) : UNKNOWN,
    exact: (text, decimals) => {
      if (!isKnown(text)) return UNKNOWN;
      return (decimals === undefined ? exactFormat : fixed(decimals)).format(asNumeric(text));
    },
    change: (value) => (value === null ? UNKNOWN : signed.format(value / 100)),
    share: (value) => (value === null ? UNKNOWN : share.format(value / 100)),
    number: (value, decimals) => (value === null ? UNKNOWN : fixed(decimals).format(value)),
    time: clock({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    dateTime: clock({
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
    date: clock({ day: 'numeric', month: 'short', year: 'numeric' }),
    day: clock({ day: 'numeric', month: 'short' }),
    minute: clock({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    month: clock({ month: 'short', year: 'numeric' }),
    ago: (ms) => {
      const [count, unit] = largestUnit(ms);
      return relative.format(-count, unit);
    },
  };
}

/** When something was, as short as it is clear: to the second today, by day and minute before. */
export const shortMoment = (formats: Formats, epochMs: number, now: number): string =>
  formats.date(epochMs) === formats.date(now)
    ? formats.time(epochMs)
    : `${formats.day(epochMs)} ${formats.minute(epochMs)}`;

/** An age in milliseconds as a short word: 3 s, 2 min, 5 h, 4 d. */
export function shortAge(ms: number): string {
  const [count, unit] = largestUnit(ms);
  return `${count} ${SHORT_UNITS[unit]}`;
}

const SHORT_UNITS = { second: 's', minute: 'min', hour: 'h', day: 'd' } as const;

function largestUnit(ms: number): [count: number, unit: keyof typeof SHORT_UNITS] {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return [seconds, 'second'];
  if (seconds < 3600) return [Math.floor(seconds / 60), 'minute'];
  if (seconds < 86_400) return [Math.floor(seconds / 3600), 'hour'];
  return [Math.floor(seconds / 86_400), 'day'];
}
