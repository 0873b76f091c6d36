import { parseArgs } from 'node:util';
import { median } from '../report.ts';

/** `npm run bench:router -- [name …] [--seconds N] [--rounds N] [--soak-seconds N]`. */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    'soak-seconds': { type: 'string', default: '60' },
  },
});

export const ROUND_MS = 1_000 * Number(values.seconds);
export const ROUNDS = Number(values.rounds);
export const SOAK_MS = 1_000 * Number(values['soak-seconds']);

/** Lets contestants measure one after the other, again and again; the first time only warms up. */
export async function inTurns<Name extends string, Result>(
  contestants: readonly Name[],
  measure: (contestant: Name) => Promise<Result>,
): Promise<Record<Name, Result[]>> {
  const results = Object.fromEntries(
    contestants.map((name): [string, Result[]] => [name, []]),
  ) as Record<Name, Result[]>;
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const contestant of contestants) {
      const result = await measure(contestant);
      if (round >= 0) results[contestant].push(result);
    }
  }
  return results;
}

/** The median of what each round of one was to the same round of the other. */
export const medianRatio = (ones: readonly number[], others: readonly number[]): number =>
  median(ones.map((one, round) => one / (others[round] ?? NaN)));
