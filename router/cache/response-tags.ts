import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { type Data, isObject } from '../execute/data';
import { type TagFormat, type TagFormats, tagOf } from './tag-formats';

/** The tags of an answer, from what subgraphs sent for it and the coerced variables. */
export type CollectTags = (data: Data, variables: Readonly<Record<string, unknown>>) => string[];

/** With more tags than this, entities are tagged by their formats alone. */
const MAX_TAGS = 128;

/**
 * Prepares finding the tags of one query's answers: those of its root fields and of all entities in them.
 * An entity whose key is not in the answer is tagged with its formats' own texts.
 */
export function compileTags(
  schema: GraphQLSchema,
  formats: TagFormats,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CollectTags {
  const root = schema.getQueryType();
  if (operation.operation !== 'query' || !root) return () => [];
  const scope: Scope = { schema, formats, document };
  const fields = fieldsOf(scope, [root], [operation.selectionSet]);
  const rootTags = compileRootTags(root, formats, [...fields.values()]);
  const place = compilePlace(scope, [root], fields);
  return (data, variables) => {
    const found: Found = new Map();
    rootTags(variables, found);
    if (place) collect(place, data, found);
    return [...new Set(found.size > MAX_TAGS ? found.values() : found.keys())];
  };
}

/** Tags and the texts of their formats. */
type Found = Map<string, string>;

interface Scope {
  schema: GraphQLSchema;
  formats: TagFormats;
  document: DocumentNode;
}

/** What is selected under one response key. */
interface Selected {
  nodes: FieldNode[];
  /** All it may be of. */
  types: Set<GraphQLObjectType>;
  /** Null where the key stands for several fields, or for one with arguments. */
  plainName: string | null;
}

type Fields = ReadonlyMap<string, Selected>;

/** Where tagged entities may be, there or below. */
interface Place {
  /** The type of what is here; null where only its `__typename` says it. */
  only: string | null;
  /** By type; types without tags are there too. */
  entities: ReadonlyMap<string, readonly EntityTag[]>;
  below: readonly (readonly [key: string, place: Place])[];
}

interface EntityTag {
  format: TagFormat;
  /** The format with response keys in the place of fields; null where they cannot be known. */
  readable: TagFormat | null;
}

function compileRootTags(
  root: GraphQLObjectType,
  formats: TagFormats,
  fields: readonly Selected[],
): (variables: Readonly<Record<string, unknown>>, found: Found) => void {
  const tagged = fields
    .flatMap(({ nodes }) => nodes)
    .flatMap((node) => {
      const field = root.getFields()[node.name.value];
      const own = formats.ofRootField(node.name.value);
      return field && own.length > 0 ? [{ node, field, own }] : [];
    });
  return (variables, found) => {
    for (const { node, field, own } of tagged) {
      const args = getArgumentValues(field, node, variables);
      for (const format of own) found.set(tagOf(format, args), format.text);
    }
  };
}

/** Null where nothing is tagged. */
function compilePlace(
  scope: Scope,
  types: readonly GraphQLObjectType[],
  fields: Fields,
): Place | null {
  const tags = types.map((type) => [type.name, entityTags(scope, type, fields)] as const);
  const below = [...fields].flatMap(([key, selected]) => {
    const place = compilePlace(scope, [...selected.types], fieldsBelow(scope, selected));
    return place ? [[key, place] as const] : [];
  });
  if (below.length === 0 && tags.every(([, own]) => own.length === 0)) return null;
  const [first, ...others] = types;
  return {
    only: first && others.length === 0 ? first.name : null,
    entities: new Map(tags),
    below,
  };
}

function entityTags(scope: Scope, type: GraphQLObjectType, fields: Fields): EntityTag[] {
  const names = [type.name, ...type.getInterfaces().map(({ name }) => name)];
  return names
    .flatMap((name) => scope.formats.ofEntity(name))
    .map((format) => ({ format, readable: readableFormat(scope, format, fields) }));
}

function readableFormat(scope: Scope, { text, parts }: TagFormat, fields: Fields) {
  const readable = parts.map((part) =>
    typeof part === 'string' ? part : keysOf(scope, part, fields),
  );
  const known = readable.filter((part) => part !== null);
  return known.length < parts.length ? null : { text, parts: known };
}

/** The response keys along a path of fields. What a client does not select, the planner may have, under its own name. */
function keysOf(scope: Scope, path: readonly string[], fields: Fields): string[] | null {
  const [name, ...rest] = path;
  if (name === undefined) return [];
  const known = [...fields].find(([, { plainName }]) => plainName === name);
  if (!known) return fields.has(name) ? null : [...path];
  const [key, selected] = known;
  const below = keysOf(scope, rest, fieldsBelow(scope, selected));
  return below && [key, ...below];
}

const fieldsBelow = (scope: Scope, { nodes, types }: Selected): Fields =>
  fieldsOf(
    scope,
    [...types],
    nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
  );

/** All that may be selected of these types, whatever `@skip` and `@include` say. */
function fieldsOf(
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
        ? scope.document.definitions
            .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
            .find(({ name }) => name.value === selection.name.value)
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

function collect(place: Place, value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    for (const element of value) collect(place, element, found);
    return;
  }
  if (!isObject(value)) return;
  const type = place.only ?? value['__typename'];
  const tags = typeof type === 'string' ? place.entities.get(type) : undefined;
  for (const { format, readable } of tags ?? [...place.entities.values()].flat()) {
    const isKnown = tags !== undefined && readable !== null;
    found.set(isKnown ? tagOf(readable, value) : format.text, format.text);
  }
  for (const [key, below] of place.below) collect(below, value[key], found);
}
