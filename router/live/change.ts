import type { Path } from '../execute/data';
import type { PathError } from '../execute/errors';

/** One event, or one item of an event that is a list, serialised once for everybody. */
export interface Change {
  /** The upstream subscription that it came from. */
  element: string;
  /** Equal for changes of which only the newest counts. */
  id: string;
  /** Where a subscription that has it goes on; null where events have no cursors. */
  cursor: string | null;
  /** Whether it says to a newcomer how things are. */
  isState: boolean;
  /** A whole result; or the JSON of one item, which {@link pack} makes part of a result. */
  bytes: Buffer;
  isItem: boolean;
  /** Of the item; their paths start there. */
  errors: readonly PathError[];
  requestId: string;
}

/** What is sent to everybody who has the same elements. */
export interface Delivery {
  payloads: readonly Buffer[];
  changes: readonly Change[];
}

/** The results that carry these changes: all items in one. `key` is the root field's in the response. */
export function pack(key: string, changes: readonly Change[]): Buffer[] {
  // Nearly always all of them are.
  if (changes.every(({ isItem }) => isItem)) return [listOf(key, changes)];
  const items = changes.filter(({ isItem }) => isItem);
  const wholes = changes.filter(({ isItem }) => !isItem).map(({ bytes }) => bytes);
  return items.length === 0 ? wholes : [listOf(key, items), ...wholes];
}

const COMMA = 0x2c;

function listOf(key: string, items: readonly Change[]): Buffer {
  const head = `{"data":{${JSON.stringify(key)}:[`;
  const tail = `]}${errorsOf(key, items)}}`;
  const headLength = Buffer.byteLength(head);
  let length = headLength + Buffer.byteLength(tail) + items.length - 1;
  for (const { bytes } of items) length += bytes.length;
  const packed = Buffer.allocUnsafe(length);
  let at = packed.write(head);
  for (const { bytes } of items) {
    if (at > headLength) packed[at++] = COMMA;
    at += bytes.copy(packed, at);
  }
  packed.write(tail, at);
  return packed;
}

function errorsOf(key: string, items: readonly Change[]): string {
  const failed = items.findLast(({ errors }) => errors.length > 0);
  if (!failed) return '';
  const errors = items.flatMap((item, index) =>
    item.errors.map((error) => withPathBelow([key, index], error)),
  );
  return errorText(errors, failed.requestId);
}

/** A result that is complete; `data` is the root field's JSON, or null for a result without data. */
export function wholeResult(
  key: string,
  data: string | null,
  errors: readonly PathError[],
  requestId: string,
): Buffer {
  const shown = data === null ? 'null' : `{${JSON.stringify(key)}:${data}}`;
  return Buffer.from(`{"data":${shown}${errorText(errors, requestId)}}`);
}

const errorText = (errors: readonly PathError[], requestId: string): string =>
  errors.length === 0
    ? ''
    : `,"errors":${JSON.stringify(errors)},"extensions":${JSON.stringify({ requestId })}`;

/** The error as seen from further up. */
export const withPathBelow = (at: Path, error: PathError): PathError =>
  error.path ? { ...error, path: [...at, ...error.path] } : error;
