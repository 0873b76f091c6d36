import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  isAbstractType,
  isCompositeType,
  isUnionType,
  parse,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * A field that moves from one subgraph to another for a share of the requests (`@override` with a label,
 * https://www.apollographql.com/docs/graphos/schema-design/guides/migrate-fields).
 */
export interface Override {
  label: string;
  /** 0 to 100. */
  percent: number;
}

/** What a subgraph declares of a field. */
interface JoinedField {
  labels: string[];
  /** Fields that some subgraph needs of others to resolve it. */
  requires: string[];
}

/** What subgraphs declare of a type. */
interface JoinedType {
  keys: string[];
  fields: ReadonlyMap<string, JoinedField>;
}

const PERCENT = /^percent\((\d{1,3}(?:\.\d+)?)\)$/;
const NO_OVERRIDES: readonly Override[] = [];

/** The fields of a supergraph that are on their way to another subgraph. */
export class Overrides {
  private readonly types: ReadonlyMap<string, JoinedType>;
  /** Those whose labels say how many requests they hold for; others hold for none. */
  private readonly all: ReadonlyMap<string, Override>;

  constructor(
    sdl: string,
    private readonly schema: GraphQLSchema,
  ) {
    this.types = joinedTypesIn(sdl);
    const labels = [...this.types.values()].flatMap(({ fields }) =>
      [...fields.values()].flatMap((field) => field.labels),
    );
    this.all = new Map(labels.flatMap((label) => readLabel(label)));
  }

  get areNone(): boolean {
    return this.all.size === 0;
  }

  /**
   * Those that can make a difference to how a valid document is planned: of the fields that it selects, and
   * of the keys and the required fields that the planner may add. Always in the same order.
   */
  reachedBy(document: DocumentNode): readonly Override[] {
    if (this.areNone) return NO_OVERRIDES;
    const reach = new Reach(this.schema, this.types);
    reach.follow(document);
    return [...this.all.values()].filter(({ label }) => reach.labels.has(label));
  }
}

/** What planning a document may touch. */
class Reach {
  readonly labels = new Set<string>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly types: ReadonlyMap<string, JoinedType>,
  ) {}

  follow(node: DocumentNode | SelectionSetNode, from?: GraphQLNamedType): void {
    const info = new TypeInfo(this.schema, from);
    const enter = {
      Field: ({ name }: { name: { value: string } }) => this.enter(info, name.value),
    };
    visit(node, visitWithTypeInfo(info, enter));
  }

  private enter(info: TypeInfo, field: string): void {
    const parent = info.getParentType();
    if (!parent) return;
    const possible = isAbstractType(parent) ? this.schema.getPossibleTypes(parent) : [];
    const interfaces = isUnionType(parent) ? [] : parent.getInterfaces();
    for (const type of [parent, ...possible, ...interfaces]) this.touch(type, field);
  }

  private touch(type: GraphQLNamedType, field: string): void {
    const joined = this.types.get(type.name);
    if (!joined) return;
    const { labels = [], requires = [] } = joined.fields.get(field) ?? {};
    for (const label of labels) this.labels.add(label);
    for (const fields of [...joined.keys, ...requires]) this.add(type, fields);
  }

  /** Fields of a type, written as in `@key`. */
  private add(type: GraphQLNamedType, fields: string): void {
    const step = `${type.name} ${fields}`;
    if (this.seen.has(step) || !isCompositeType(type)) return;
    this.seen.add(step);
    const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
    if (definition?.kind === Kind.OPERATION_DEFINITION) this.follow(definition.selectionSet, type);
  }
}

function joinedTypesIn(sdl: string): ReadonlyMap<string, JoinedType> {
  const types = new Map<string, JoinedType>();
  for (const definition of parse(sdl, { noLocation: true }).definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    const { name, directives, fields = [] } = definition;
    const joinedFields = fields.map((field): [string, JoinedField] => [
      field.name.value,
      {
        labels: argumentsOf(field.directives, 'join__field', 'overrideLabel'),
        requires: argumentsOf(field.directives, 'join__field', 'requires'),
      },
    ]);
    types.set(name.value, {
      keys: argumentsOf(directives, 'join__type', 'key'),
      fields: new Map(joinedFields),
    });
  }
  return types;
}

const argumentsOf = (
  directives: readonly ConstDirectiveNode[] = [],
  directive: string,
  argument: string,
): string[] =>
  directives
    .filter(({ name }) => name.value === directive)
    .flatMap(({ arguments: given = [] }) => given)
    .flatMap(({ name, value }) =>
      name.value === argument && value.kind === Kind.STRING ? [value.value] : [],
    );

function readLabel(label: string): [string, Override][] {
  const percent = PERCENT.exec(label)?.[1];
  return percent === undefined ? [] : [[label, { label, percent: Number(percent) }]];
}

const NO_LABELS: ReadonlySet<string> = new Set();

/** The labels that hold for one request; `random` gives 0 to 1. */
export const drawOverrides = (
  overrides: readonly Override[],
  random: () => number,
): ReadonlySet<string> =>
  overrides.length === 0
    ? NO_LABELS
    : new Set(
        overrides.filter(({ percent }) => random() * 100 < percent).map(({ label }) => label),
      );

/** The same, as the planner takes it. */
export const conditionsOf = (labels: ReadonlySet<string>): Map<string, boolean> =>
  new Map([...labels].map((label) => [label, true]));
