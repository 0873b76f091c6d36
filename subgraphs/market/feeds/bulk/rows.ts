import { StringDecoder } from 'node:string_decoder';
import { Exact, textOf } from '../../rules/exact';

/** A row of a bulk file, and which of its lines (in JSON: of its rows) it is, from 1. */
export interface BulkRow {
  fields: string[];
  number: number;
}

/** Text that ends where it should not, or is not in the form it should have. */
export class BadText extends Error {
  override readonly name = 'BadText';
}

/**
 * Lines of comma-separated fields, without a header if there is one. The exchange's files know no
 * quotes; a field that has one is not a number and will be refused as such.
 */
export async function* csvRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<BulkRow> {
  let number = 0;
  for await (const line of lines(bytes)) {
    number += 1;
    if (line === '' || (number === 1 && !/^\d/.test(line))) continue;
    yield { fields: line.split(','), number };
  }
}

/** The lines of a text, without their ends; a last one without an end too. */
export async function* lines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of decoded(bytes)) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part;
  }
  if (rest !== '') yield rest;
}

const FIRST_ROW = /\s*\[\s*\[/y;
const NEXT_ROW = /\s*,\s*\[/y;
const END = /^\s*\]\s*$/;
const EMPTY = /^\s*\[\s*\]\s*$/;

/** Rows of a JSON list of lists of numbers, each number as text with every digit. */
export async function* jsonRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<BulkRow> {
  let number = 0;
  let rest = '';
  for await (const text of decoded(bytes)) {
    rest += text;
    let at = 0;
    for (let end = rest.indexOf(']'); end >= 0; end = rest.indexOf(']', at)) {
      const start = startOfRow(number === 0 ? FIRST_ROW : NEXT_ROW, rest, at);
      if (start === null || start > end) break;
      number += 1;
      yield { fields: rest.slice(start, end).split(',').map(numberText), number };
      at = end + 1;
    }
    rest = rest.slice(at);
  }
  if (!(number > 0 ? END : EMPTY).test(rest)) throw new BadText(brokenAfter(rest));
}

function startOfRow(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

const MOST_DECIMALS = 8;
const NOISE = /(0{5,}|9{5,})\d{0,3}$/;

/**
 * Tools that keep numbers in floating point write 1371255.4 as 1371255.3999999999. The exchange gives
 * no more than 8 decimals, so that a run of zeros or nines at the end of more than those is noise.
 */
function numberText(text: string): string {
  const number = text.trim();
  const [, decimals = ''] = number.split('.');
  const noise = decimals.length > MOST_DECIMALS ? NOISE.exec(decimals) : null;
  return noise === null ? number : textOf(new Exact(number).toDecimalPlaces(noise.index));
}

const brokenAfter = (rest: string): string =>
  rest.includes(']')
    ? `${JSON.stringify(rest.slice(0, 40))} is not a list of numbers`
    : 'it ends early';

async function* decoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of bytes) yield decoder.write(chunk);
  yield decoder.end();
}
