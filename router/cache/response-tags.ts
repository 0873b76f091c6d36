import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  getArgumentValues,
  isObjectType,
} from 'graphql';
import { type Data, isObject } from '../execute/data';
import { fragmentsIn } from '../fragments';
import { type Fields, type Scope, type Selected, fieldsBelow, fieldsOf } from './selected-fields';
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
  const scope: Scope = { schema, formats, fragments: fragmentsIn(document) };
  const fields = fieldsOf(scope, [root], [operation.selectionSet]);
  const rootTags = compileRootTags(root, formats, [...fields.values()]);
  const place = compilePlace(scope, [root], fields);
  return (data, variables) => {
    const found: Found = new Map();
    rootTags(variables, found);
    if (place) collect(place, data, found);
    return tagsIn(found);
  };
}

/** The tags of an entity, from what it was asked for by and what a subgraph said of it. */
export type CollectEntityTags = (representation: Data, entity: unknown) => string[];

/** Prepares finding the tags of what one fetch asks about entities: their own and those of entities in them. */
export function compileEntityTags(
  schema: GraphQLSchema,
  formats: TagFormats,
  document: DocumentNode,
): CollectEntityTags {
  const scope: Scope = { schema, formats, fragments: fragmentsIn(document) };
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const fields = fieldsOf(scope, types, entitySelectionSets(document));
  const places = placesBelow(scope, fields);
  return (representation, entity) => {
    const found: Found = new Map();
    for (const format of formatsOf(scope, String(representation['__typename']))) {
      found.set(tagOf(format, representation), format.text);
    }
    if (isObject(entity)) for (const [key, place] of places) collect(place, entity[key], found);
    return tagsIn(found);
  };
}

/** Tags and the texts of their formats. */
type Found = Map<string, string>;

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
  const below = placesBelow(scope, fields);
  if (below.length === 0 && tags.every(([, own]) => own.length === 0)) return null;
  const [first, ...others] = types;
  return {
    only: first && others.length === 0 ? first.name : null,
    entities: new Map(tags),
    below,
  };
}

const placesBelow = (scope: Scope, fields: Fields): Place['below'] =>
  [...fields].flatMap(([key, selected]) => {
    const place = compilePlace(scope, [...selected.types], fieldsBelow(scope, selected));
    return place ? [[key, place] as const] : [];
  });

/** Those of the type and of its interfaces. */
function formatsOf({ schema, formats }: Scope, typeName: string): TagFormat[] {
  const type = schema.getType(typeName);
  const interfaces = isObjectType(type) ? type.getInterfaces() : [];
  return [typeName, ...interfaces.map(({ name }) => name)].flatMap((name) => [
    ...formats.ofEntity(name),
  ]);
}

function entityTags(scope: Scope, type: GraphQLObjectType, fields: Fields): EntityTag[] {
  return formatsOf(scope, type.name).map((format) => ({
    format,
    readable: readableFormat(scope, format, fields),
  }));
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

const tagsIn = (found: Found): string[] => [
  ...new Set(found.size > MAX_TAGS ? found.values() : found.keys()),
];

/** What is selected directly under `_entities`. */
const entitySelectionSets = ({ definitions }: DocumentNode): SelectionSetNode[] =>
  definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .flatMap(({ selectionSet }) => selectionSet.selections)
    .flatMap((field) => (field.kind === Kind.FIELD ? (field.selectionSet ?? []) : []));

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
