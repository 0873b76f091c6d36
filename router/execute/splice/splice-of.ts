import type { PlanNode } from '@apollo/query-planner';
import { type DocumentNode, OperationTypeNode, getOperationAST } from 'graphql';
import { fragmentsIn } from '../../fragments';
import type { CachePlanner } from '../../cache/planner';
import type { LoadedSupergraph } from '../../supergraph/load';
import { compileLayout } from './compile-layout';
import { Splice } from './splice';

interface SplicedGraph extends Pick<LoadedSupergraph, 'apiSchema' | 'fullSchema'> {
  cache: CachePlanner | null;
}

/** What puts the answers of a query together from pieces, with these values of its conditions; null where that cannot be done. */
export function spliceOf(
  { apiSchema, fullSchema, cache }: SplicedGraph,
  document: DocumentNode,
  plan: PlanNode | undefined,
  variables: Readonly<Record<string, unknown>>,
): Splice | null {
  const operation = getOperationAST(document);
  const rootType = apiSchema.getQueryType();
  if (!plan || !rootType || operation?.operation !== OperationTypeNode.QUERY) return null;
  const layout = compileLayout({
    plan,
    scope: { schema: apiSchema, fragments: fragmentsIn(document), variables },
    fullSchema,
    rootType,
    selectionSet: operation.selectionSet,
    keeps: (node) => cache?.entityFetch(node) != null,
  });
  return layout && new Splice(layout);
}
