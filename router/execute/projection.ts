import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { fragmentsIn } from '../fragments';
import { clientKey } from '../plan/aliases';
import { conditionsIn } from '../plan/conditions';
import { type At, pathOf } from './at';
import { type Data, type Path, isObject } from './data';
import { introspect } from './introspection';
import { quote } from './json-text';
import { type SelectionScope, collectFields } from './selections';

/** The `data` of a response as JSON text; `faults` are the places where something required was missing or wrong. */
export interface Written {
  json: string;
  faults: readonly Path[];
}

/** The one root field of an event: its JSON, and where it is a list that of each item. */
export interface WrittenEvent {
  json: string;
  items: readonly string[] | null;
  faults: readonly Path[];
}

/** One writing of an answer. */
interface Writing {
  variables: Readonly<Record<string, unknown>>;
  faults: Path[];
}

/** The JSON text of a value, or null where there is none. Adds to the faults what made it so. */
type Write = (value: unknown, at: At, writing: Writing) => string | null;

/** One field of an object. */
interface FieldWriter {
  key: string;
  /** The key as JSON, with its colon. */
  head: string;
  required: boolean;
  write: (parent: Data, at: At | null, writing: Writing) => string | null;
}

/** Operations have few conditions; each combination of their values has its own shape. */
const MOST_SHAPES = 32;

/**
 * Writes what subgraphs answered in the shape that an operation asks for, in one pass: its fields in
 * its order, abstract types by `__typename`, `@skip` and `@include`, null up to the next nullable field
 * where something required is missing (GraphQL specification, "Handling Execution Errors").
 */
export class Projection {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly conditions: readonly string[];
  private readonly shapes = new LRUCache<string, readonly FieldWriter[]>({ max: MOST_SHAPES });

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    /** Of the object that the operation's selection starts from; a root type unless given. */
    private readonly type: GraphQLCompositeType | undefined = schema.getRootType(
      operation.operation,
    ) ?? undefined,
  ) {
    this.fragments = fragmentsIn(document);
    this.conditions = conditionsIn(document);
  }

  /** `data` is what subgraphs answered, merged; `variables` are coerced. */
  write(data: Data, variables: Readonly<Record<string, unknown>>): Written {
    const writing: Writing = { variables, faults: [] };
    const json = writeObject(this.shapeFor(data, variables), data, null, writing);
    return { json: json ?? 'null', faults: writing.faults };
  }

  /** For an operation with one root field. */
  writeEvent(data: Data, variables: Readonly<Record<string, unknown>>): WrittenEvent {
    const [field] = this.shapeFor(data, variables);
    const writing: Writing = { variables, faults: [] };
    if (!field) return { json: 'null', items: null, faults: [] };
    const list = data[field.key];
    if (!Array.isArray(list)) {
      const json = field.write(data, null, writing) ?? 'null';
      return { json, items: null, faults: writing.faults };
    }
    const items = list.map((item, index) => {
      const own: Writing = { variables, faults: [] };
      const json = field.write({ [field.key]: [item] }, null, own);
      for (const [root, , ...below] of own.faults) {
        writing.faults.push([root ?? field.key, index, ...below]);
      }
      return json?.slice(1, -1) ?? 'null';
    });
    return { json: `[${items.join(',')}]`, items, faults: writing.faults };
  }

  private shapeFor(
    { __typename: typename }: Data,
    variables: Readonly<Record<string, unknown>>,
  ): readonly FieldWriter[] {
    const { schema, fragments, document, operation, type } = this;
    if (!type) return [];
    const actual = isAbstractType(type) ? runtimeType(schema, type, typename) : type;
    const values = this.conditions.map((name) => (variables[name] === true ? '1' : '0'));
    const key = [actual.name, ...values].join(' ');
    const known = this.shapes.get(key);
    if (known) return known;
    const scope = { schema, fragments, variables, document, operation };
    const shape = shapeOf(scope, actual, [operation.selectionSet]);
    this.shapes.set(key, shape);
    return shape;
  }
}

function runtimeType(
  schema: GraphQLSchema,
  declared: GraphQLCompositeType,
  typename: unknown,
): GraphQLCompositeType {
  const type = typeof typename === 'string' ? schema.getType(typename) : undefined;
  return isCompositeType(type) ? type : declared;
}

interface Scope extends SelectionScope {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

function shapeOf(
  scope: Scope,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): readonly FieldWriter[] {
  const writers: FieldWriter[] = [];
  for (const [key, nodes] of collectFields(scope, type, selectionSets)) {
    const [node] = nodes;
    if (node) writers.push(fieldWriter(scope, type, key, node, nodes));
  }
  return writers;
}

function fieldWriter(
  scope: Scope,
  parent: GraphQLCompositeType,
  key: string,
  node: FieldNode,
  nodes: readonly FieldNode[],
): FieldWriter {
  const head = `${quote(clientKey(key))}:`;
  if (node.name.value === '__typename') {
    return { key, head, required: true, write: typenameWriter(scope.schema, parent, key) };
  }
  if (node.name.value.startsWith('__')) {
    return { key, head, required: false, write: introspectionWriter(scope, nodes) };
  }
  const field =
    isObjectType(parent) || isInterfaceType(parent)
      ? parent.getFields()[node.name.value]
      : undefined;
  if (!field) throw new Error(`${parent.name} has no field ${node.name.value}`);
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const { required, write } = typeWriter(scope, field.type, selectionSets);
  const read = readerOf(key);
  return {
    key,
    head,
    required,
    write: (object, at, writing) => {
      const value = read(object);
      if (value === null || value === undefined) return null;
      return write(value, { up: at, key }, writing);
    },
  };
}

/** Parsed JSON has only keys of its own, but what is missing might be found in every object's prototype. */
const readerOf = (key: string): ((object: Data) => unknown) =>
  key in Object.prototype
    ? (object) => (Object.hasOwn(object, key) ? object[key] : undefined)
    : (object) => object[key];

function typenameWriter(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  key: string,
): FieldWriter['write'] {
  return (object) => {
    const given = object[key] ?? object['__typename'];
    const type = (typeof given === 'string' ? schema.getType(given) : undefined) ?? parent;
    return isObjectType(type) ? quote(type.name) : null;
  };
}

/** What asks for no variable is executed once. */
function introspectionWriter(scope: Scope, nodes: readonly FieldNode[]): FieldWriter['write'] {
  const { schema, document, operation } = scope;
  const isConstant = (operation.variableDefinitions ?? []).length === 0;
  let known: string | undefined;
  return (_object, _at, { variables }) => {
    if (known !== undefined) return known;
    const json = introspect(schema, document, operation, nodes, variables);
    if (isConstant) known = json;
    return json;
  };
}

function typeWriter(
  scope: Scope,
  type: GraphQLOutputType,
  selectionSets: readonly SelectionSetNode[],
): { required: boolean; write: Write } {
  if (isNonNullType(type)) {
    return { required: true, write: typeWriter(scope, type.ofType, selectionSets).write };
  }
  if (isListType(type)) {
    return { required: false, write: listWriter(typeWriter(scope, type.ofType, selectionSets)) };
  }
  if (isLeafType(type)) return { required: false, write: leafWriter(type) };
  const write = isAbstractType(type)
    ? abstractWriter(scope, type, selectionSets)
    : objectWriter(scope, type, selectionSets);
  return { required: false, write };
}

function listWriter({ required, write }: { required: boolean; write: Write }): Write {
  return (value, at, writing) => {
    if (!Array.isArray(value)) return wrong(at, writing);
    const { faults } = writing;
    let out = '';
    let isComplete = true;
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      const before = faults.length;
      const place = { up: at, key: index };
      const json = item === null || item === undefined ? null : write(item, place, writing);
      if (json === null && required) {
        if (faults.length === before) faults.push(pathOf(place));
        isComplete = false;
      }
      out += index === 0 ? (json ?? 'null') : `,${json ?? 'null'}`;
    }
    return isComplete ? `[${out}]` : null;
  };
}

/** Compiled when first met: most operations have a deep selection that most answers do not reach. */
function objectWriter(
  scope: Scope,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): Write {
  let shape: readonly FieldWriter[] | undefined;
  return (value, at, writing) => {
    if (!isObject(value)) return wrong(at, writing);
    shape ??= shapeOf(scope, type, selectionSets);
    return writeObject(shape, value, at, writing);
  };
}

function abstractWriter(
  scope: Scope,
  declared: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): Write {
  const shapes = new Map<string, readonly FieldWriter[]>();
  return (value, at, writing) => {
    if (!isObject(value)) return wrong(at, writing);
    const { __typename: name = declared.name } = value;
    if (typeof name !== 'string') return wrong(at, writing);
    let shape = shapes.get(name);
    if (!shape) {
      const type = scope.schema.getType(name);
      if (!isCompositeType(type)) return wrong(at, writing);
      shape = shapeOf(scope, type, selectionSets);
      shapes.set(name, shape);
    }
    return writeObject(shape, value, at, writing);
  };
}

function writeObject(
  shape: readonly FieldWriter[],
  object: Data,
  at: At | null,
  writing: Writing,
): string | null {
  const { faults } = writing;
  let out = '';
  for (const { key, head, required, write } of shape) {
    const before = faults.length;
    const json = write(object, at, writing);
    if (json === null && required) {
      if (faults.length === before) faults.push(pathOf({ up: at, key }));
      return null;
    }
    out += out === '' ? head : `,${head}`;
    out += json ?? 'null';
  }
  return `{${out}}`;
}

function leafWriter(type: GraphQLLeafType): Write {
  if (isEnumType(type)) {
    const values = new Map(type.getValues().map(({ name }) => [name, quote(name)]));
    return (value, at, writing) => values.get(value as string) ?? wrong(at, writing);
  }
  if (!isSpecifiedScalarType(type)) return (value) => scalarText(value);
  const write = SPECIFIED[type.name];
  return (value, at, writing) => write?.(value) ?? wrong(at, writing);
}

const scalarText = (value: unknown): string | null =>
  typeof value === 'string' ? quote(value) : (JSON.stringify(value) ?? null);

const numberText = (value: unknown): string | null =>
  typeof value === 'number' && Number.isFinite(value) ? String(value) : null;

const stringText = (value: unknown): string | null =>
  typeof value === 'string' ? quote(value) : null;

const integerText = (value: unknown): string | null =>
  Number.isInteger(value) ? numberText(value) : null;

const SPECIFIED: Readonly<Record<string, (value: unknown) => string | null>> = {
  Int: integerText,
  Float: numberText,
  String: stringText,
  ID: (value) => stringText(value) ?? integerText(value),
  Boolean: (value) => (typeof value === 'boolean' ? String(value) : null),
};

function wrong(at: At, { faults }: Writing): null {
  faults.push(pathOf(at));
  return null;
}
