import type { FetchNode, PlanNode } from '@apollo/query-planner';
import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { clientKey } from '../../plan/aliases';
import { quote } from '../json-text';
import { type SelectionScope, collectFields } from '../selections';
import { NotSpliceable, concerns, fetchedFields, selectionOf } from './fetched-fields';
import type {
  AnswerLayout,
  Course,
  FetchLayout,
  FieldLayout,
  Insertion,
  ObjectLayout,
  ValueKind,
  ValueLayout,
  Want,
} from './layout';

/** An operation as it is planned, without conditions. */
export interface SplicedOperation {
  plan: PlanNode;
  /** What clients see. */
  scope: SelectionScope;
  /** What subgraphs know besides. */
  fullSchema: GraphQLSchema;
  rootType: GraphQLObjectType;
  selectionSet: SelectionSetNode;
  /** Whether entities that a fetch brings may be kept: then they are needed as values. */
  keeps: (node: FetchNode) => boolean;
}

/**
 * How the answers of a plan's subgraphs become the client's answer without being made values of; null where
 * that takes more than passing on their text: abstract types, objects that several subgraphs give parts of in
 * turns, what requires more than keys, or parts that come later.
 */
export function compileLayout(operation: SplicedOperation): AnswerLayout | null {
  try {
    return new LayoutCompiler(operation).compile();
  } catch (err) {
    if (err instanceof NotSpliceable) return null;
    throw err;
  }
}

interface Fetch {
  index: number;
  node: FetchNode;
  /** Where its entities are, from the root. */
  path: string;
  selection: SelectionSetNode;
  layout: ObjectLayout | null;
}

type ClientFields = ReadonlyMap<string, readonly FieldNode[]>;

class LayoutCompiler {
  private readonly fetches: Fetch[] = [];

  constructor(private readonly operation: SplicedOperation) {}

  compile(): AnswerLayout {
    const { plan, rootType, selectionSet, scope } = this.operation;
    const course = this.courseOf(plan, '');
    const fields = collectFields(scope, rootType, [selectionSet]);
    const { leading } = this.objectLayout(rootType, fields, null, '');
    return { course, root: leading, fetches: this.fetches.map(finished) };
  }

  private courseOf(node: PlanNode, path: string): Course {
    switch (node.kind) {
      case 'Fetch':
        return { kind: 'fetch', index: this.addFetch(node, path) };
      case 'Flatten':
        return this.courseOf(node.node, [...(path ? [path] : []), ...node.path].join('.'));
      case 'Sequence':
      case 'Parallel':
        return {
          kind: node.kind === 'Sequence' ? 'sequence' : 'parallel',
          parts: node.nodes.map((part) => this.courseOf(part, path)),
        };
      default:
        throw new NotSpliceable(node.kind);
    }
  }

  private addFetch(node: FetchNode, path: string): number {
    const { contextRewrites, inputRewrites, outputRewrites } = node;
    if ([contextRewrites, inputRewrites, outputRewrites].some((rewrites) => rewrites?.length)) {
      throw new NotSpliceable('rewrites');
    }
    if (this.operation.keeps(node)) throw new NotSpliceable('entities that are kept');
    const index = this.fetches.length;
    this.fetches.push({ index, node, path, selection: selectionOf(node), layout: null });
    return index;
  }

  /**
   * An object that a fetch selects with `own`, the root where that is null, and what other fetches add to it.
   * `wanted` are the client's fields.
   */
  private objectLayout(
    type: GraphQLObjectType,
    wanted: ClientFields,
    own: SelectionSetNode | null,
    path: string,
  ): ObjectLayout {
    const { fullSchema } = this.operation;
    const ownFields = own
      ? fetchedFields(fullSchema, own, type.name)
      : new Map<string, FieldNode>();
    const guests = this.fetches.filter(({ path: at, node }) => at === path && isGuest(node, path));
    const values = this.fieldValues(type, ownFields, wanted, path);
    const keys = [...ownFields.keys()];
    const sources = sourcesOf(wanted, ownFields, this.offers(guests, type));
    for (const guest of guests) {
      const given = [...wanted].filter(([key]) => sources.get(key) === guest.index);
      guest.layout = this.guestLayout(guest, type, new Map(given), path);
    }
    const wants = own ? guests.map((guest) => this.wantOf(guest, type, keys)) : [];
    return { ...arranged(type, wanted, sources, values), wants };
  }

  /** What each of some fetches selects of an object. */
  private offers(guests: readonly Fetch[], type: GraphQLObjectType): Offer[] {
    return guests.map(({ index, selection }) => ({
      index,
      fields: fetchedFields(this.operation.fullSchema, selection, type.name),
    }));
  }

  private guestLayout(
    { layout, selection, index }: Fetch,
    type: GraphQLObjectType,
    given: ClientFields,
    path: string,
  ): ObjectLayout {
    if (layout) throw new NotSpliceable('a fetch for several places');
    const offered = fetchedFields(this.operation.fullSchema, selection, type.name);
    if (given.size === 0) throw new NotSpliceable(`fetch ${index} brings nothing for clients`);
    const values = this.fieldValues(type, offered, given, path);
    const sources = new Map([...given.keys()].map((key) => [key, OWN] as const));
    return { ...arranged(type, given, sources, values), wants: [] };
  }

  private fieldValues(
    type: GraphQLObjectType,
    fetched: ReadonlyMap<string, FieldNode>,
    wanted: ClientFields,
    path: string,
  ): Map<string, ValueLayout> {
    const values = [...fetched].map(([key, node]) => {
      const below = path ? `${path}.${key}` : key;
      return [key, this.fieldValue(type, node, wanted.get(key), below)] as const;
    });
    return new Map(values);
  }

  private fieldValue(
    type: GraphQLObjectType,
    node: FieldNode,
    wanted: readonly FieldNode[] | undefined,
    path: string,
  ): ValueLayout {
    const { name } = node;
    if (name.value === '__typename') return choiceOf([type.name], false);
    const { fullSchema } = this.operation;
    const known = wanted ? type : fullSchema.getType(type.name);
    const field = isObjectType(known) ? known.getFields()[name.value] : undefined;
    if (!field) throw new NotSpliceable(`no ${type.name}.${name.value}`);
    const selections = wanted?.flatMap(({ selectionSet }) => selectionSet ?? []) ?? null;
    return this.valueLayout(field.type, node, selections, path);
  }

  /** `selections` are the client's; null for what only other fetches need. */
  private valueLayout(
    type: GraphQLOutputType,
    node: FieldNode,
    selections: readonly SelectionSetNode[] | null,
    path: string,
  ): ValueLayout {
    if (isNonNullType(type)) {
      const layout = this.valueLayout(type.ofType, node, selections, path);
      return { ...layout, nullable: selections === null };
    }
    if (isListType(type)) {
      const item = this.valueLayout(type.ofType, node, selections, `${path}.@`);
      return { ...LEAF, kind: 'list', item, isPlain: item.isPlain };
    }
    if (isEnumType(type))
      return choiceOf(
        type.getValues().map((value) => value.name),
        true,
      );
    if (isLeafType(type)) return { ...LEAF, kind: kindOf(type) };
    if (!isObjectType(type) || !node.selectionSet) throw new NotSpliceable('an abstract type');
    const wanted = selections ? collectFields(this.operation.scope, type, selections) : UNSEEN;
    const object = this.objectLayout(type, wanted, node.selectionSet, path);
    return { ...LEAF, kind: 'object', object, isPlain: object.isPlain };
  }

  /** What finds the entity of a fetch: fields that stand in the object itself. */
  private wantOf({ index, node }: Fetch, type: GraphQLObjectType, keys: readonly string[]): Want {
    const { fullSchema } = this.operation;
    const applicable = (node.requires ?? []).filter((each) => {
      if (each.kind === 'Field') throw new NotSpliceable('keys without a type');
      return concerns(fullSchema, each.typeCondition, type.name);
    });
    const [fragment] = applicable;
    if (fragment?.kind !== 'InlineFragment' || applicable.length > 1) {
      throw new NotSpliceable('keys of another kind');
    }
    const parts = fragment.selections.flatMap((selection, position): (string | number)[] => {
      if (selection.kind !== 'Field' || selection.selections?.length) {
        throw new NotSpliceable('compound keys');
      }
      const key = selection.alias ?? selection.name;
      const place = keys.indexOf(key);
      if (place < 0) throw new NotSpliceable('keys from another fetch');
      return [`${position === 0 ? '{' : ','}${quote(key)}:`, place];
    });
    if (!keys.includes('__typename')) throw new NotSpliceable('an entity without its type');
    const values = parts.filter((part) => typeof part === 'number' && keys[part] !== '__typename');
    return { fetch: index, representation: [...parts, '}'], values: values as number[] };
  }
}

/** A source of fields that is not another fetch. */
const OWN = -1;
const CONSTANT = -2;
/** Of an object that clients do not get, and so is left out with the field that it stands in. */
const UNSEEN: ClientFields = new Map();
const LEAF: ValueLayout = {
  kind: 'scalar',
  nullable: true,
  choices: null,
  item: null,
  object: null,
  isPlain: true,
};

interface Offer {
  index: number;
  fields: ReadonlyMap<string, FieldNode>;
}

/** Fetches of the root have no path and need no keys. */
const isGuest = ({ requires }: FetchNode, path: string): boolean =>
  (path !== '') === Boolean(requires);

const choiceOf = (names: readonly string[], nullable: boolean): ValueLayout => ({
  ...LEAF,
  kind: 'choice',
  nullable,
  choices: names.map((name) => Buffer.from(quote(name))),
});

const SPECIFIED: Readonly<Record<string, ValueKind>> = {
  Int: 'integer',
  Float: 'number',
  String: 'text',
  ID: 'id',
  Boolean: 'boolean',
};

const kindOf = (type: GraphQLNamedType): ValueKind =>
  (isSpecifiedScalarType(type) ? SPECIFIED[type.name] : undefined) ?? 'scalar';

function finished({ node, layout }: Fetch): FetchLayout {
  if (!layout) throw new NotSpliceable('a fetch for nothing that clients see');
  return { node, object: layout };
}

/** Where each of the client's fields comes from: the object itself, or a fetch by its index. */
function sourcesOf(
  wanted: ClientFields,
  own: ReadonlyMap<string, FieldNode>,
  offers: readonly Offer[],
): Map<string, number> {
  const sources = new Map<string, number>();
  for (const [key, [node]] of wanted) {
    const name = node?.name.value;
    const found = [{ index: OWN, fields: own }, ...offers].filter(
      ({ fields }) => fields.get(key)?.name.value === name,
    );
    const [source] = found;
    if (!source && name !== '__typename') throw new NotSpliceable(`nothing for ${key}`);
    if (found.length > 1 && node?.selectionSet) throw new NotSpliceable('objects in parts');
    sources.set(key, source?.index ?? CONSTANT);
  }
  return sources;
}

/** What to do with an object's fields. */
function arranged(
  type: GraphQLObjectType,
  wanted: ClientFields,
  sources: ReadonlyMap<string, number>,
  values: ReadonlyMap<string, ValueLayout>,
): Omit<ObjectLayout, 'wants'> {
  const keys = [...values.keys()];
  const items = itemsOf(type, wanted, sources, keys);
  const isKept = (index: number): boolean => items.includes(index);
  const fields = keys.map((key, index): FieldLayout => ({
    head: Buffer.from(`${index === 0 ? '{' : ','}${quote(key)}:`),
    value: values.get(key) ?? LEAF,
    isKept: isKept(index),
    renamed: isKept(index) && clientKey(key) !== key ? headOf(key) : null,
    insertions: insertionsFrom(items, items.indexOf(index) + 1, isKept(index)),
  }));
  const kept = items.filter(isIndex);
  const isInOrder = kept.every(
    (index, position) => position === 0 || index > Number(kept[position - 1]),
  );
  const isPlain =
    fields.every(({ value, renamed }) => value.isPlain && renamed === null) &&
    (wanted === UNSEEN ||
      (isInOrder && items.length === keys.length && kept.length === keys.length));
  return {
    fields,
    leading: insertionsFrom(items, 0, true),
    order: isInOrder ? null : items,
    isPlain,
  };
}

const headOf = (key: string): string => `${quote(clientKey(key))}:`;

const isIndex = (item: Insertion): item is number => typeof item === 'number' && item >= 0;

/** The insertions that stand together from there. */
function insertionsFrom(items: readonly Insertion[], from: number, isKept: boolean): Insertion[] {
  if (!isKept) return [];
  const rest = items.slice(from);
  const end = rest.findIndex(isIndex);
  return rest
    .slice(0, end < 0 ? undefined : end)
    .map((item) => (typeof item === 'number' ? -item - 1 : item));
}

/** The client's fields in their order: an index, a text, or below zero the fetch that brings it (-1 is the first). */
function itemsOf(
  type: GraphQLObjectType,
  wanted: ClientFields,
  sources: ReadonlyMap<string, number>,
  keys: readonly string[],
): Insertion[] {
  const items: Insertion[] = [];
  for (const key of wanted.keys()) {
    const source = sources.get(key) ?? CONSTANT;
    if (source === CONSTANT) items.push(headOf(key) + quote(type.name));
    else if (source === OWN) items.push(keys.indexOf(key));
    else if (items.at(-1) !== -source - 1) {
      if (items.includes(-source - 1)) throw new NotSpliceable('fields of a fetch between others');
      items.push(-source - 1);
    }
  }
  return items;
}
