import type { Path } from './data';

/** A place in a response, from the inside out: cheap to extend, written out only where an error needs it. */
export interface At {
  up: At | null;
  key: string | number;
}

/** The steps from the root; empty for the root itself. */
export function pathOf(at: At | null): Path {
  const path: (string | number)[] = [];
  for (let place = at; place !== null; place = place.up) path.push(place.key);
  return path.reverse();
}
