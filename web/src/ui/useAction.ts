import { useState } from 'react';
import { explain } from './error-code';

/** Something that a button does: how it stands, and what went wrong the last time. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<void>) {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const run = (...args: A) => {
    setPending(true);
    setFailure(undefined);
    void act(...args)
      .catch((error: unknown) => setFailure(explain(error)))
      .finally(() => setPending(false));
  };
  return { run, pending, failure };
}
