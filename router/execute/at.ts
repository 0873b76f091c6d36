import { clientKey } from '../plan/aliases';
import type { Path } from './data';

/** A place in a response, from the inside out: cheap to extend, written out only where an error needs it. */
export interface At {
  up: At | null;
  key: string | number;
}

/** The steps from the root through what subgraphs answered; empty for the root itself. */
export function stepsTo(at: At | null): Path {
  const steps: (string | number)[] = [];
  for (let place = at; place !== null; place = place.up) steps.push(place.key);
  return steps.reverse();
}

/** The same as the client sees it. */
export const pathOf = (at: At | null): Path => clientPath(stepsTo(at));

/** A path of a subgraph's answer with the keys that the client knows. */
export const clientPath = (path: Path): Path =>
  path.map((step) => (typeof step === 'string' ? clientKey(step) : step));
