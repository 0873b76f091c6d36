import type { PlanNode } from '@apollo/query-planner';
import { type DocumentNode, Kind, OperationTypeNode, getOperationAST } from 'graphql';
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
  const fragments = document.definitions
    .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
    .map((fragment) => [fragment.name.value, fragment] as const);
  const layout = compileLayout({
    plan,
    scope: { schema: apiSchema, fragments: new Map(fragments), variables },
    fullSchema,
    rootType,
    selectionSet: operation.selectionSet,
    keeps: (node) => cache?.entityFetch(node) != null,
  });
  return layout && new Splice(layout);
}
