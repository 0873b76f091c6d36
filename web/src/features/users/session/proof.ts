import { ApolloLink } from '@apollo/client';
import { from, of, switchMap } from 'rxjs';
import { saysCode } from './result-code';

/** Who waits for somebody to prove again who they are. */
export interface ProofRequests {
  /** Whether somebody is being asked. */
  get(): boolean;
  subscribe(listener: () => void): () => void;
  /** Asks; whoever asks meanwhile waits for the same answer. True once it is proved. */
  ask(): Promise<boolean>;
  answer(proved: boolean): void;
}

/** Holds the question between what needs an answer and the dialog that gets one. */
export function createProofRequests(): ProofRequests {
  let waiting: { promise: Promise<boolean>; resolve: (proved: boolean) => void } | null = null;
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());
  return {
    get: () => waiting !== null,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ask: () => {
      if (waiting) return waiting.promise;
      let resolve: (proved: boolean) => void = () => undefined;
      const promise = new Promise<boolean>((settle) => (resolve = settle));
      waiting = { promise, resolve };
      changed();
      return promise;
    },
    answer: (proved) => {
      waiting?.resolve(proved);
      waiting = null;
      changed();
    },
  };
}

/** The question of this page. */
export const proofRequests = createProofRequests();

/**
 * Has somebody prove again who they are where the server wants that, and repeats what they asked for. Where they
 * would rather not, they get the server's answer.
 */
export function createProofLink(ask: () => Promise<boolean>): ApolloLink {
  return new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      switchMap((result) => {
        if (!saysCode(result, 'REAUTHENTICATION_REQUIRED')) return of(result);
        return from(ask()).pipe(switchMap((proved) => (proved ? forward(operation) : of(result))));
      }),
    ),
  );
}
