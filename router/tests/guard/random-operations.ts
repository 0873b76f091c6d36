import fc, { type Arbitrary, type GeneratorValue } from 'fast-check';
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql';

const DEEPEST = 4;
const MOST_SELECTIONS = 3;

/** Random valid queries and mutations with aliases, fragments of both kinds, variables, `@skip` and `@include`. */
export const randomOperations = (schema: GraphQLSchema): Arbitrary<string> =>
  fc.gen().map((g) => new OperationWriter(schema, g).write());

class OperationWriter {
  private readonly fragments: { name: string; on: string; text: string }[] = [];
  private readonly variables = new Map<string, string>();
  private aliases = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly g: GeneratorValue,
  ) {}

  write(): string {
    const kind = this.pick(['query', 'mutation'] as const);
    const root = kind === 'query' ? this.schema.getQueryType() : this.schema.getMutationType();
    if (!root) throw new Error(`the schema has no ${kind}`);
    const selections = this.selections(root, 0);
    const defined = [...this.variables].map(([name, type]) => `$${name}: ${type}`).join(', ');
    const fragments = this.fragments.map(
      ({ name, on, text }) => `fragment ${name} on ${on} ${text}`,
    );
    return [`${kind} Q${defined && `(${defined})`} ${selections}`, ...fragments].join('\n');
  }

  private selections(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + this.g(fc.nat, MOST_SELECTIONS - 1);
    const parts = Array.from({ length: count }, () => this.selection(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    const kind = depth > DEEPEST ? 'field' : this.pick(['field', 'field', 'inline', 'spread']);
    if (kind === 'inline') return this.inlineFragment(type, depth + 1);
    if (kind === 'spread') return this.spread(type, depth + 1);
    return this.field(type, depth + 1);
  }

  private field(type: GraphQLCompositeType, depth: number): string {
    this.aliases += 1;
    const alias = `a${this.aliases}`;
    const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
    const usable = Object.values(fields).filter(
      (field) => depth <= DEEPEST || !isCompositeType(getNamedType(field.type)),
    );
    const field = this.pick([null, ...usable]);
    if (!field) return `${alias}: __typename${this.condition()}`;
    const inner = getNamedType(field.type);
    const selections = isCompositeType(inner) ? ` ${this.selections(inner, depth)}` : '';
    return `${alias}: ${field.name}${this.arguments(field)}${this.condition()}${selections}`;
  }

  private arguments({ args }: GraphQLField<unknown, unknown>): string {
    const given = args.filter(({ type }) => isNonNullType(type) || this.g(fc.boolean));
    if (given.length === 0) return '';
    const texts = given.map(({ name, type }) => {
      const variable = `${name}${this.g(fc.nat, 2)}_${String(type).replace(/\W/g, '')}`;
      this.variables.set(variable, String(type));
      return `${name}: $${variable}`;
    });
    return `(${texts.join(', ')})`;
  }

  private inlineFragment(type: GraphQLCompositeType, depth: number): string {
    const condition = this.pick([null, ...this.overlapping(type)]);
    const on = condition ? ` on ${condition.name}` : '';
    return `...${on}${this.condition()} ${this.selections(condition ?? type, depth)}`;
  }

  /** A fragment is known only when it is whole, so that none leads back to itself. */
  private spread(type: GraphQLCompositeType, depth: number): string {
    const overlapping = this.overlapping(type);
    const names = new Set(overlapping.map(({ name }) => name));
    const known = this.pick([null, ...this.fragments.filter(({ on }) => names.has(on))]);
    if (known) return `...${known.name}${this.condition()}`;
    const on = this.pick(overlapping);
    const text = this.selections(on, depth);
    const name = `F${this.fragments.length}`;
    this.fragments.push({ name, on: on.name, text });
    return `...${name}${this.condition()}`;
  }

  private overlapping(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const possible = this.possible(type);
    return Object.values(this.schema.getTypeMap())
      .filter((other) => isCompositeType(other) && !other.name.startsWith('__'))
      .map((other) => other as GraphQLCompositeType)
      .filter((other) => this.possible(other).some((name) => possible.includes(name)));
  }

  private possible(type: GraphQLCompositeType): string[] {
    return isAbstractType(type)
      ? this.schema.getPossibleTypes(type).map(({ name }) => name)
      : [type.name];
  }

  private condition(): string {
    const directive = this.pick(['', '', '', ' @include', ' @skip']);
    if (directive === '') return '';
    const value = this.pick(['$yes', '$no', 'true', 'false']);
    if (value.startsWith('$')) this.variables.set(value.slice(1), 'Boolean!');
    return `${directive}(if: ${value})`;
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.g(fc.nat, from.length - 1)] as T;
  }
}
