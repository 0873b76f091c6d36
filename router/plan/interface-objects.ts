import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLSchema,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  isAbstractType,
  isInterfaceType,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { fragmentsIn } from '../fragments';

/** Fragments within fragments multiply; what is beyond is planned as it was written. */
const MOST_ADDED = 200;

/**
 * Says of which objects a fragment on another interface or on a union is to be, where it stands in an
 * interface of which a subgraph does not know the objects: there the planner finds no way to "those of
 * both", but does to each type. `... on Priced { price }` of media becomes
 * `... on Book { ... on Priced { price } }`.
 */
export function tellObjectsApart(
  document: DocumentNode,
  schema: GraphQLSchema,
  interfaceObjects: ReadonlySet<string>,
): DocumentNode {
  if (interfaceObjects.size === 0) return document;
  const types = new TypeInfo(schema);
  const fragments = fragmentsIn(document);
  let added = 0;
  const tellApart = (set: SelectionSetNode): SelectionSetNode | undefined => {
    const parent = types.getParentType();
    if (!isInterfaceType(parent) || !interfaceObjects.has(parent.name)) return undefined;
    const selections = set.selections.flatMap((selection) => {
      const other = conditionOf(selection, schema, fragments);
      if (!other || other === parent || schema.isSubType(other, parent)) return selection;
      const shared = schema
        .getPossibleTypes(parent)
        .filter((type) => schema.isSubType(other, type));
      added += shared.length;
      if (shared.length === 0 || added > MOST_ADDED) return selection;
      return shared.map(({ name }) => within(name, selection));
    });
    return { ...set, selections };
  };
  return visit(document, visitWithTypeInfo(types, { SelectionSet: { enter: tellApart } }));
}

function conditionOf(
  selection: SelectionNode,
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): GraphQLAbstractType | null {
  if (selection.kind === Kind.FIELD) return null;
  const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
  const fragment = isSpread ? fragments.get(selection.name.value) : selection;
  const type = schema.getType(fragment?.typeCondition?.name.value ?? '');
  return isAbstractType(type) ? type : null;
}

const within = (type: string, selection: SelectionNode): SelectionNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
});
