import { createObservableValue, type ObservableValue } from './observable-value';

/** What somebody wants, shown before it is so; null where all is as they want it. */
export interface Wish<T> extends Pick<ObservableValue<T | null>, 'get' | 'subscribe'> {
  /** Wants something else, in the place of what was wanted before. */
  make(next: T): void;
}

/**
 * Has `send` fulfil what is wished, one after the other; of wishes that come meanwhile only the newest is sent.
 * Where it rejects, nothing is wished any more, and `onFault` is told why.
 */
export function createWish<T>(
  send: (wished: T) => Promise<void>,
  onFault: (error: unknown) => void,
): Wish<T> {
  const wished = createObservableValue<T | null>(null);
  let isSending = false;
  const fulfil = async () => {
    if (isSending) return;
    isSending = true;
    try {
      for (let sent = wished.get(); sent !== null; sent = wished.get()) {
        await send(sent);
        if (wished.get() === sent) wished.set(null);
      }
    } catch (error) {
      wished.set(null);
      onFault(error);
    } finally {
      isSending = false;
    }
  };
  return {
    get: wished.get,
    subscribe: wished.subscribe,
    make: (next) => {
      wished.set(next);
      void fulfil();
    },
  };
}
