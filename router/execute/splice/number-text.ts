const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const EXPONENTS = new Set([0x45, 0x65]);
/** Every number of so many digits is written as it was read (IEEE 754, 64 bits). */
const EXACT_DIGITS = 15;

/**
 * Where a number ends that starts there and is written as JavaScript writes it; -1 where there is none, or one
 * that it would write otherwise (ECMAScript, Number::toString).
 */
export function canonicalNumberEnd(bytes: Buffer, start: number, isWhole: boolean): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  const wholeEnd = digitsEnd(bytes, first);
  const hasFraction = !isWhole && bytes[wholeEnd] === DOT;
  const end = hasFraction ? digitsEnd(bytes, wholeEnd + 1) : wholeEnd;
  const next = bytes[end] ?? 0;
  if (wholeEnd === first || next === DOT || EXPONENTS.has(next)) return -1;
  const isShort = end - first <= EXACT_DIGITS && bytes[first] !== ZERO;
  if (isShort && !(hasFraction && (end === wholeEnd + 1 || bytes[end - 1] === ZERO))) return end;
  const number = bytes.toString('latin1', start, end);
  return String(Number(number)) === number ? end : -1;
}

function digitsEnd(bytes: Buffer, from: number): number {
  let at = from;
  for (let code = bytes[at]; code !== undefined && code >= ZERO && code <= NINE;) {
    at += 1;
    code = bytes[at];
  }
  return at;
}
