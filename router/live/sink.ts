import type { GraphQLFormattedError } from 'graphql';

/** Where the results of one client's subscription go, whatever the transport. */
export interface Sink {
  /** Bytes that wait to be taken by the client. */
  readonly backlog: number;
  /** Results in order; what they are together may go out at once. */
  next(payloads: readonly Buffer[]): void;
  /** Ends the subscription: nothing follows. */
  error(errors: readonly GraphQLFormattedError[]): void;
  /** Ends the subscription: nothing follows. */
  complete(): void;
  /** The client took nothing for too long: its connection ends. */
  stuck(): void;
}
