import { invalidInput } from '@spyhop/platform/errors';

/** One page of a list, with a cursor for every item. */
export interface Page<Node> {
  edges: { cursor: string; node: Node }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** Throws INVALID_INPUT unless 1 ≤ first ≤ most. */
export function checkFirst(first: number, most: number): void {
  if (first >= 1 && first <= most) return;
  throw invalidInput(`\`first\` must be 1 to ${most}, not ${first}.`, {
    argument: 'first',
    minimum: 1,
    maximum: most,
  });
}

/** The first items of what follows a cursor; `rest` may hold more than fit. */
export function pageOf<Node>(
  rest: readonly Node[],
  first: number,
  hasPreviousPage: boolean,
  cursorOf: (node: Node) => string,
): Page<Node> {
  const nodes = rest.slice(0, first);
  return {
    edges: nodes.map((node) => ({ cursor: cursorOf(node), node })),
    hasNextPage: rest.length > first,
    hasPreviousPage,
  };
}
