import {
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

interface Place {
  type: GraphQLCompositeType;
  selectionSets: readonly SelectionSetNode[];
}

const FRAGMENT = '... on ';

/** The type of the objects at a path of response keys and type conditions; undefined where nothing is selected. */
export function typeAt(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  start: Place,
  path: readonly string[],
): GraphQLCompositeType | undefined {
  let place: Place | undefined = start;
  for (const step of path) {
    if (!place) return undefined;
    if (step.startsWith(FRAGMENT)) {
      const type = schema.getType(step.slice(FRAGMENT.length));
      if (isCompositeType(type)) place = { ...place, type };
    } else {
      place = fieldIn(schema, fragments, place, step);
    }
  }
  return place?.type;
}

function fieldIn(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  { type, selectionSets }: Place,
  key: string,
): Place | undefined {
  const found: SelectionSetNode[] = [];
  let fieldType: GraphQLCompositeType | undefined;
  const look = (parent: GraphQLCompositeType, { selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if ((selection.alias?.value ?? selection.name.value) !== key) continue;
        const named = compositeOf(parent, selection.name.value);
        if (named) fieldType ??= named;
        if (selection.selectionSet) found.push(selection.selectionSet);
        continue;
      }
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      const fragment = isSpread ? fragments.get(selection.name.value) : selection;
      const condition = schema.getType(fragment?.typeCondition?.name.value ?? parent.name);
      if (fragment && isCompositeType(condition)) look(condition, fragment.selectionSet);
    }
  };
  for (const selectionSet of selectionSets) look(type, selectionSet);
  return fieldType && { type: fieldType, selectionSets: found };
}

function compositeOf(
  parent: GraphQLCompositeType,
  field: string,
): GraphQLCompositeType | undefined {
  if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
  const definition = parent.getFields()[field];
  const type = definition && getNamedType(definition.type);
  return isCompositeType(type) ? type : undefined;
}
