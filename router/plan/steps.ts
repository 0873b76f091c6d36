import { setImmediate, setTimeout } from 'node:timers/promises';
import type { DocumentNode } from 'graphql';
import type { PlannedNode } from './planner';

/** A document to be planned, with the labels of the overrides that hold. */
export interface ToPlan {
  document: DocumentNode;
  labels: ReadonlySet<string>;
}

/**
 * Work in steps, each short enough for others to wait for it. What it yields is to be planned, by whoever takes
 * the steps; null asks for nothing.
 */
export type Steps<Result> = Generator<ToPlan | null, Result, PlannedNode>;

/** Takes all steps at once: others wait. */
export function atOnce<Result>(steps: Steps<Result>, plan: (asked: ToPlan) => PlannedNode): Result {
  let step = steps.next();
  while (!step.done) step = steps.next(step.value ? plan(step.value) : undefined);
  return step.value;
}

/** Lets others go first after each step: `rest` resolves when they have, and is told how long it took, ms. */
export async function oneByOne<Result>(
  steps: Steps<Result>,
  plan: (asked: ToPlan) => Promise<PlannedNode>,
  rest: (took: number) => Promise<void> = () => setImmediate(),
): Promise<Result> {
  let planned: PlannedNode;
  for (;;) {
    const begun = performance.now();
    const step = steps.next(planned);
    if (step.done) return step.value;
    const [next] = await Promise.all([
      step.value ? plan(step.value) : undefined,
      rest(performance.now() - begun),
    ]);
    planned = next;
  }
}

/** An answer takes several turns of the event loop: it should not meet a step in each of them. */
const REST_PER_STEP = 3;
const MOST_REST_MS = 100;

/** Leaves the process to others for most of the time. */
export const leisurely = (took: number): Promise<void> =>
  setTimeout(Math.min(took * REST_PER_STEP, MOST_REST_MS));
