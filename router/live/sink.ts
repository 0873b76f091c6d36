import type { GraphQLFormattedError } from 'graphql';
import type { Payload } from './payload';

/** How a client is connected. */
export type Transport = 'websocket' | 'sse' | 'multipart';

/** Where the results of one client's subscription go, whatever the transport. */
export interface Sink {
  readonly transport: Transport;
  /** Bytes that wait to be taken by the client. */
  readonly backlog: number;
  /** Results in order; what they are together may go out at once. */
  next(payloads: readonly Payload[]): void;
  /** So many events gave way to newer ones of their keys, because the client was too slow for them. */
  conflated?(events: number): void;
  /** Ends the subscription: nothing follows. */
  error(errors: readonly GraphQLFormattedError[]): void;
  /** Ends the subscription: nothing follows. */
  complete(): void;
  /** The client took nothing for too long: its connection ends. */
  stuck(): void;
}
