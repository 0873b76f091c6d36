import { composeServices } from '@apollo/composition';
import { type DocumentNode, getOperationAST, parse } from 'graphql';
import { type CacheableOperation, CachePlanner } from '../../cache/planner';
import { buildSupergraph } from '../../supergraph/load';

const IMPORTS = [
  '@key',
  '@shareable',
  '@composeDirective',
  '@cacheTag',
  '@authenticated',
  '@requiresScopes',
];

/** The head of a subgraph's schema that says what may be cached; `hint` is what it calls `@cacheControl`. */
export const cachingHead = (hint = '@cacheControl'): string => `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.12", import: ${JSON.stringify(IMPORTS)})
    @link(
      url: "https://example.org/caching/v1.0"
      import: [{ name: "@cacheControl", as: "${hint}" }]
    )
    @composeDirective(name: "${hint}")
  enum CacheControlScope { PUBLIC PRIVATE }
  directive ${hint}(
    maxAge: Int
    scope: CacheControlScope
    inheritMaxAge: Boolean
  ) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
`;

/** What may be cached of subgraphs with these schemas. */
export function plannerOf(...subgraphs: readonly DocumentNode[]): CachePlanner {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map((typeDefs, index) => ({
      name: `subgraph${index}`,
      url: `http://127.0.0.1:${index + 1}/graphql`,
      typeDefs,
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return new CachePlanner(buildSupergraph(supergraphSdl, new Map()));
}

export function operationOf(planner: CachePlanner, query: string): CacheableOperation {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('not one operation');
  return planner.operation(document, operation);
}
