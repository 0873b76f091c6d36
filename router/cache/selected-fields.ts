import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import type { Fragments } from '../fragments';
import type { TagFormats } from './tag-formats';

/** What is being prepared. */
export interface Scope {
  schema: GraphQLSchema;
  formats: TagFormats;
  fragments: Fragments;
}

/** What is selected under one response key. */
export interface Selected {
  nodes: FieldNode[];
  /** All it may be of. */
  types: Set<GraphQLObjectType>;
  /** Null where the key stands for several fields, or for one with arguments. */
  plainName: string | null;
}

export type Fields = ReadonlyMap<string, Selected>;

/** Of what is selected under one key. */
export const fieldsBelow = (scope: Scope, { nodes, types }: Selected): Fields =>
  fieldsOf(
    scope,
    [...types],
    nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
  );

/** All that may be selected of these types, whatever `@skip` and `@include` say. */
export function fieldsOf(
  scope: Scope,
  types: readonly GraphQLObjectType[],
  selectionSets: readonly SelectionSetNode[],
): Fields {
  const fields = new Map<string, Selected>();
  for (const selectionSet of selectionSets) gather(scope, types, selectionSet, fields);
  return fields;
}

function gather(
  scope: Scope,
  types: readonly GraphQLObjectType[],
  { selections }: SelectionSetNode,
  fields: Map<string, Selected>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      gatherField(scope, types, selection, fields);
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? scope.fragments.get(selection.name.value)
        : selection;
    const condition = scope.schema.getType(fragment?.typeCondition?.name.value ?? '');
    const narrowed = condition
      ? types.filter((type) => objectTypes(scope, condition).includes(type))
      : types;
    if (fragment) gather(scope, narrowed, fragment.selectionSet, fields);
  }
}

function gatherField(
  scope: Scope,
  types: readonly GraphQLObjectType[],
  node: FieldNode,
  fields: Map<string, Selected>,
): void {
  const key = node.alias?.value ?? node.name.value;
  const plainName = node.arguments?.length ? null : node.name.value;
  const selected = fields.get(key) ?? { nodes: [], types: new Set(), plainName };
  if (selected.plainName !== plainName) selected.plainName = null;
  selected.nodes.push(node);
  for (const type of types) {
    const field = type.getFields()[node.name.value];
    for (const next of objectTypes(scope, field && getNamedType(field.type))) {
      selected.types.add(next);
    }
  }
  fields.set(key, selected);
}

function objectTypes({ schema }: Scope, type: unknown): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}
