import { ApolloLink } from '@apollo/client';
import { from, of, switchMap } from 'rxjs';
import { createObservableValue } from '../../../ui/observable-value';

/** Who waits for somebody to prove again who they are. */
export interface ProofRequests {
  /** Whether somebody is being asked. */
  get(): boolean;
  subscribe(listener: () => void): () => void;
  /** Asks; whoever asks meanwhile waits for the same answer. True once it is proved. */
  ask(): Promise<boolean>;
  answer(proved: boolean): void;
}

interface Question {
  promise: Promise<boolean>;
  resolve: (proved: boolean) => void;
}

/** Holds the question between what needs an answer and the dialog that gets one. */
export function createProofRequests(): ProofRequests {
  const waiting = createObservableValue<Question | null>(null);
  return {
    get: () => waiting.get() !== null,
    subscribe: waiting.subscribe,
    ask: () => {
      const known = waiting.get();
      if (known) return known.promise;
      let resolve: Question['resolve'] = () => undefined;
      const promise = new Promise<boolean>((settle) => (resolve = settle));
      waiting.set({ promise, resolve });
      return promise;
    },
    answer: (proved) => {
      waiting.get()?.resolve(proved);
      waiting.set(null);
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
        const wanted = result.errors?.some(
          ({ extensions }) => extensions?.code === 'REAUTHENTICATION_REQUIRED',
        );
        if (!wanted) return of(result);
        return from(ask()).pipe(switchMap((proved) => (proved ? forward(operation) : of(result))));
      }),
    ),
  );
}
