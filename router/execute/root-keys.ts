import type { FetchNode } from '@apollo/query-planner';
import type { OperationTypeNode } from 'graphql';
import { type GraphQLSchema, Kind, parse } from 'graphql';
import { clientKey } from '../plan/aliases';
import { collectFields } from './selections';

/** What the client calls the fields of the root that a fetch asks for with those variables. */
export type RootKeys = (variables: Readonly<Record<string, unknown>>) => readonly string[];

/** Reads the operation of a fetch from the root when it is first needed, which is when the fetch has failed. */
export function rootKeysOf(node: FetchNode, schema: GraphQLSchema): RootKeys {
  return (variables) => {
    const { definitions } = parse(node.operation);
    const type = schema.getRootType(node.operationKind as OperationTypeNode);
    const fragments = new Map(
      definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION
          ? [[definition.name.value, definition] as const]
          : [],
      ),
    );
    const selectionSets = definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.selectionSet] : [],
    );
    const fields = type && collectFields({ schema, fragments, variables }, type, selectionSets);
    return [...(fields?.keys() ?? [])].map(clientKey);
  };
}
