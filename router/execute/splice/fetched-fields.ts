import type { FetchNode } from '@apollo/query-planner';
import {
  type FieldNode,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  isObjectType,
  parse,
} from 'graphql';

/** Thrown for a plan whose answers cannot be put together from pieces. */
export class NotSpliceable extends Error {
  override readonly name = 'NotSpliceable';
}

/** What a fetch selects: of the root, or of entities. */
export function selectionOf({ operation, requires }: FetchNode): SelectionSetNode {
  const [definition, ...fragments] = parse(operation, { noLocation: true }).definitions;
  if (
    definition?.kind !== Kind.OPERATION_DEFINITION ||
    definition.operation !== OperationTypeNode.QUERY ||
    fragments.length > 0
  ) {
    throw new NotSpliceable('no single query');
  }
  if (!requires) return definition.selectionSet;
  const [entities] = definition.selectionSet.selections;
  if (entities?.kind === Kind.FIELD && entities.selectionSet) return entities.selectionSet;
  throw new NotSpliceable('entities without a selection');
}

/**
 * The fields that a selection asks of an object of a type, by response key, in the order in which a subgraph
 * writes them.
 */
export function fetchedFields(
  schema: GraphQLSchema,
  selection: SelectionSetNode,
  typeName: string,
): Map<string, FieldNode> {
  const fields = new Map<string, FieldNode>();
  collect(schema, selection, typeName, fields);
  return fields;
}

function collect(
  schema: GraphQLSchema,
  { selections }: SelectionSetNode,
  typeName: string,
  fields: Map<string, FieldNode>,
): void {
  for (const selection of selections) {
    if (selection.directives?.length) throw new NotSpliceable('a condition');
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new NotSpliceable('a named fragment');
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      if (fields.has(key)) throw new NotSpliceable('a field that is selected twice');
      fields.set(key, selection);
    } else if (concerns(schema, selection.typeCondition?.name.value, typeName)) {
      collect(schema, selection.selectionSet, typeName, fields);
    }
  }
}

/** Whether what is selected under a condition is for objects of a type. */
export function concerns(
  schema: GraphQLSchema,
  condition: string | undefined,
  typeName: string,
): boolean {
  if (condition === undefined || condition === typeName) return true;
  if (isObjectType(schema.getType(condition))) return false;
  throw new NotSpliceable('an abstract condition');
}
