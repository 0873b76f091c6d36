import type { FetchNode } from '@apollo/query-planner';
import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { fragmentsIn } from '../fragments';
import { clientKey } from '../plan/aliases';
import type { Path } from './data';
import { collectFields } from './selections';

/** Where the fields of the root are that a fetch asks for with those variables, as the client calls them. */
export type RootPaths = (variables: Readonly<Record<string, unknown>>) => readonly Path[];

/** Reads the operation of a fetch from the root when that is needed, which is when the fetch has failed. */
export function rootPathsOf({ operation: text }: FetchNode, schema: GraphQLSchema): RootPaths {
  return (variables) => {
    const document = parse(text);
    const operation = getOperationAST(document);
    const type = operation && schema.getRootType(operation.operation);
    if (!type) return [];
    const scope = { schema, fragments: fragmentsIn(document), variables };
    const fields = collectFields(scope, type, [operation.selectionSet]);
    return [...fields.keys()].map((key) => [clientKey(key)]);
  };
}
