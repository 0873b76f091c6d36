import { useEffect, useState } from 'react';

const CLOCK_EVERY_MS = 1000;

/** Milliseconds since a moment of this browser's clock, once a second. */
export function useAge(since: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), CLOCK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, now - since);
}
