import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  executeSync,
} from 'graphql';

/** The JSON of one root field `__schema` or `__type`, given by all its mentions: the one thing that graphql-js is asked to execute. */
export function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fields: readonly FieldNode[],
  variables: Readonly<Record<string, unknown>>,
): string {
  const alone: OperationDefinitionNode = {
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
  };
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const { data } = executeSync({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [alone, ...fragments] },
    variableValues: variables,
  });
  const [value = null] = Object.values(data ?? {});
  return JSON.stringify(value);
}
