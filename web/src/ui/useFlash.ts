import { useLayoutEffect, useRef, type RefObject } from 'react';
import { directionBetween } from './direction';

/**
 * Marks an element with `data-flash` when `price` (a decimal text) rises or falls. The mark
 * alternates between two names per direction, so that the next change restarts the animation
 * without a render.
 */
export function useFlash<E extends HTMLElement>(price: string | null): RefObject<E | null> {
  const element = useRef<E>(null);
  const before = useRef(price);
  const flashes = useRef(0);
  useLayoutEffect(() => {
    const last = before.current;
    before.current = price;
    if (last === null || price === null || !element.current) return;
    const direction = directionBetween(last, price);
    if (direction === 'flat') return;
    flashes.current += 1;
    element.current.dataset.flash = `${direction}-${flashes.current % 2}`;
  }, [price]);
  return element;
}
