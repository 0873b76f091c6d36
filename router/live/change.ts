import type { Path } from '../execute/data';
import type { PathError } from '../execute/errors';
import { ListPayload, type Payload, WholePayload } from './payload';

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
  /** A whole result; or the JSON of one item, which {@link Packer} makes part of a result. */
  bytes: Buffer;
  isItem: boolean;
  /** Of the item; their paths start there. */
  errors: readonly PathError[];
  requestId: string;
}

/** What is sent to everybody who has the same elements. */
export interface Delivery {
  payloads: readonly Payload[];
  changes: readonly Change[];
}

/** Makes results of changes. */
export class Packer {
  private readonly listHead: Buffer;

  /** `key` is the root field's in the response. */
  constructor(private readonly key: string) {
    this.listHead = Buffer.from(`{"data":{${JSON.stringify(key)}:[`);
  }

  /** The results that carry these changes: all items in one. */
  pack(changes: readonly Change[]): Payload[] {
    // Nearly always all of them are.
    if (changes.every(isSoundItem)) return [new ListPayload(this.listHead, changes, LIST_TAIL)];
    const items = changes.filter(({ isItem }) => isItem);
    const wholes = changes.filter(({ isItem }) => !isItem).map(wholeOf);
    return items.length === 0 ? wholes : [this.listOf(items), ...wholes];
  }

  private listOf(items: readonly Change[]): Payload {
    const tail = Buffer.from(`]}${errorsOf(this.key, items)}}`);
    return new ListPayload(this.listHead, items, tail);
  }
}

const LIST_TAIL = Buffer.from(']}}');

const isSoundItem = ({ isItem, errors }: Change): boolean => isItem && errors.length === 0;

const wholeOf = ({ bytes }: Change): Payload => new WholePayload(bytes);

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
