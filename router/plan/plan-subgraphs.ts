import type { PlanNode } from '@apollo/query-planner';

/** The subgraphs that a plan may ask, whatever the variables. */
export function subgraphsIn(node: PlanNode | undefined): string[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Fetch':
      return [node.serviceName];
    case 'Flatten':
      return subgraphsIn(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(subgraphsIn);
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap(subgraphsIn);
    case 'Defer':
      return [node.primary, ...node.deferred].flatMap((part) => subgraphsIn(part.node));
  }
}
