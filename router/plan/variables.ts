import {
  GraphQLError,
  type GraphQLSchema,
  type VariableDefinitionNode,
  getVariableValues,
} from 'graphql';
import { RefusedOperation } from './refused';

/**
 * Checks what a client gave for an operation's variables and fills in defaults. Throws RefusedOperation, which
 * suggests no values: the schema may be nobody's business.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { coerced, errors } = getVariableValues(schema, definitions, given, {
    hideSuggestions: true,
  });
  if (coerced) return coerced;
  throw new RefusedOperation(
    (errors ?? []).map(
      ({ message, nodes }) =>
        new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT' } }),
    ),
  );
}
