import type { PreparedRequest } from '../plan/operations';
import type { Answer, RequestContext } from './answer';

/** What is told of a request in metrics and in the access log. */
export interface Told {
  operation: PreparedRequest['operation'] | 'none';
  name: string | null;
  /** Requests to subgraphs. */
  fetches: number;
  /** Estimated; null for what was not charged. */
  cost: number | null;
}

/** Of a request that is nothing yet. */
export const NOTHING_TOLD: Told = { operation: 'none', name: null, fetches: 0, cost: null };

/** A request that was refused before it came to GraphQL. */
export interface RefusedEarly extends Pick<RequestContext, 'requestId' | 'address'> {
  /** Of HTTP. */
  status: number;
  /** How long that took. */
  ms: number;
}

/** What is told of its answer. */
export interface Sent extends Pick<Answer, 'outcome'> {
  length: number;
  /** Of HTTP. */
  status: number | null;
}

/** Calls back when the last part was taken, or the client has left. */
export async function* measured(
  parts: AsyncGenerator<string>,
  onEnd: (length: number) => void,
): AsyncGenerator<string> {
  let length = 0;
  try {
    for await (const part of parts) {
      length += part.length;
      yield part;
    }
  } finally {
    onEnd(length);
  }
}
