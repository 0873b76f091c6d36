import {
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql';
import type { Body } from './kit';
import type { Operation } from './operations';

/** What the stock executor answers wrongly: where nothing can be compared, or what can be nevertheless. */
export type StockFault = { because: string } & (IncomparableOperation | ComparableText);

interface IncomparableOperation {
  isIn: (operation: Operation, stock: Body, schema: GraphQLSchema) => boolean;
}

interface ComparableText {
  /** Of an answer's data in JSON, without the fault. */
  comparable: (text: string, whose: 'ours' | 'stock') => string;
}

/**
 * Those of any graph. In an object that came without `__typename`, it takes the condition of a fragment
 * for the type of the object from there on (`applySelectionSet` of @apollo/gateway's resultShaping):
 * `... on Union { ... on Member { field } }` loses the field, and `__typename` there the object.
 */
export const ANYWHERE: readonly StockFault[] = [
  {
    because: 'it forgets the type of an object in a fragment on a wider type',
    isIn: ({ query }, _, schema) => forgetsTypes(schema, query),
  },
];

function forgetsTypes(schema: GraphQLSchema, query: string): boolean {
  const document = parse(query);
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const operation = getOperationAST(document);
  const root = operation && schema.getRootType(operation.operation);
  return !!root && isForgottenIn({ schema, fragments }, root, root, operation.selectionSet);
}

interface Scope {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** `taken` is what the stock executor takes for the type where it is `actual`. */
function isForgottenIn(
  scope: Scope,
  actual: GraphQLCompositeType,
  taken: GraphQLCompositeType,
  { selections }: SelectionSetNode,
): boolean {
  return selections.some((selection) => {
    if (selection.kind !== Kind.FIELD) return isForgottenAt(scope, actual, taken, selection);
    if (selection.name.value === '__typename') return isObjectType(actual) && taken !== actual;
    if (!selection.selectionSet || !('getFields' in taken)) return false;
    const field = taken.getFields()[selection.name.value];
    const type = field && getNamedType(field.type);
    return isCompositeType(type) && isForgottenIn(scope, type, type, selection.selectionSet);
  });
}

function isForgottenAt(
  scope: Scope,
  actual: GraphQLCompositeType,
  taken: GraphQLCompositeType,
  selection: Exclude<SelectionNode, { kind: Kind.FIELD }>,
): boolean {
  const { schema, fragments } = scope;
  const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
  const fragment = isSpread ? fragments.get(selection.name.value) : selection;
  const condition = schema.getType(fragment?.typeCondition?.name.value ?? taken.name);
  if (!fragment || !isCompositeType(condition)) return false;
  if (!isObjectType(actual)) {
    return isForgottenIn(scope, condition, condition, fragment.selectionSet);
  }
  const applies = covers(schema, condition, actual);
  if (applies && !covers(schema, condition, taken)) return true;
  return applies && isForgottenIn(scope, actual, condition, fragment.selectionSet);
}

const covers = (
  schema: GraphQLSchema,
  wide: GraphQLCompositeType,
  narrow: GraphQLCompositeType,
): boolean =>
  wide === narrow ||
  (isAbstractType(wide) && !isUnionType(narrow) && schema.isSubType(wide, narrow));
