/** An item and its place in the list. The cursor is made when it is read: few queries ask for all of them. */
export class Edge<Node> {
  constructor(
    readonly node: Node,
    private readonly makeCursor: () => string,
  ) {}

  get cursor(): string {
    return this.makeCursor();
  }
}

/** One page of a list, with a cursor for every item. */
export interface Page<Node> {
  edges: Pick<Edge<Node>, 'cursor' | 'node'>[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
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
    edges: nodes.map((node) => new Edge(node, () => cursorOf(node))),
    hasNextPage: rest.length > first,
    hasPreviousPage,
  };
}
