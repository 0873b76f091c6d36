import { invalidInput } from './errors';

/** Throws INVALID_INPUT unless 1 ≤ first ≤ most. */
export function checkFirst(first: number, most: number): void {
  if (first >= 1 && first <= most) return;
  throw invalidInput(`\`first\` must be 1 to ${most}, not ${first}.`, {
    argument: 'first',
    minimum: 1,
    maximum: most,
  });
}
