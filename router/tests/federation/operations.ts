import * as fc from 'fast-check';
import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLSchema,
  type OperationTypeNode,
  GraphQLBoolean,
  Kind,
  OverlappingFieldsCanBeMergedRule,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
  astFromValue,
  doTypesOverlap,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isUnionType,
  parseType,
  print,
  validate,
  visit,
} from 'graphql';

/** A request as a client sends it. */
export interface Operation {
  query: string;
  variables: Record<string, unknown>;
}

/** No field of a test's graph may have one of these names. */
export const ALIASES = ['a', 'b', '_', 'Z9'] as const;
const MAX_DEPTH = 5;
const MAX_SELECTIONS = 3;
const name = (value: string) => ({ kind: Kind.NAME, value }) as const;

/** Valid operations on a schema with variables for them. Ids are '1' to '4', which tests' data has, and '9'. */
export function operations(
  schema: GraphQLSchema,
  root: OperationTypeNode,
): fc.Arbitrary<Operation> {
  return fc
    .gen()
    .map((draw) => new RandomOperation(schema, root, (max) => draw(fc.nat, { max })).make());
}

/** One operation in the making. */
class RandomOperation {
  private readonly definitions: VariableDefinitionNode[] = [];
  private readonly variables: Record<string, unknown> = {};
  private readonly fragments: FragmentDefinitionNode[] = [];
  private fragmentCount = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly root: OperationTypeNode,
    /** 0 to max. */
    private readonly draw: (max: number) => number,
  ) {}

  make(): Operation {
    const type = this.schema.getRootType(this.root);
    if (!type) throw new Error(`the schema has no ${this.root}`);
    const selectionSet = this.selectionSet(type, MAX_DEPTH);
    const document = separateConflicts(this.schema, {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          kind: Kind.OPERATION_DEFINITION,
          operation: this.root,
          variableDefinitions: this.definitions,
          selectionSet,
        },
        ...this.fragments,
      ],
    });
    return { query: print(document), variables: this.variables };
  }

  private oneIn(count: number): boolean {
    return this.draw(count - 1) === count - 1;
  }

  private pick<T>(items: readonly T[]): T {
    const item = items[this.draw(items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  private selectionSet(type: GraphQLCompositeType, depth: number): SelectionSetNode {
    const count = 1 + this.draw(MAX_SELECTIONS - 1);
    const selections = Array.from({ length: count }, () => this.selection(type, depth));
    return { kind: Kind.SELECTION_SET, selections };
  }

  private selection(type: GraphQLCompositeType, depth: number): SelectionNode {
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const possible = fields.filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
    const isAbstract = fields.length === 0 || !('isTypeOf' in type);
    if (depth > 0 && this.oneIn(isAbstract ? 2 : 6)) return this.fragment(type, depth - 1);
    if (possible.length === 0 || this.oneIn(10)) return this.typename();
    return this.field(this.pick(possible), depth);
  }

  private typename(): FieldNode {
    const alias = this.oneIn(3) ? { alias: name(this.pick(ALIASES)) } : {};
    return { kind: Kind.FIELD, name: name('__typename'), ...alias, directives: this.conditions() };
  }

  private field(field: GraphQLField<unknown, unknown>, depth: number): FieldNode {
    const type = getNamedType(field.type);
    return {
      kind: Kind.FIELD,
      name: name(field.name),
      ...(this.oneIn(4) && { alias: name(this.pick(ALIASES)) }),
      arguments: field.args.flatMap((argument) => this.argument(argument)),
      directives: this.conditions(),
      ...(isCompositeType(type) && { selectionSet: this.selectionSet(type, depth - 1) }),
    };
  }

  private fragment(parent: GraphQLCompositeType, depth: number): SelectionNode {
    const directives = this.conditions();
    const known = this.fragments.filter(({ typeCondition }) => {
      const type = this.schema.getType(typeCondition.name.value);
      return isCompositeType(type) && doTypesOverlap(this.schema, parent, type);
    });
    if (known.length > 0 && this.oneIn(3)) {
      return { kind: Kind.FRAGMENT_SPREAD, name: this.pick(known).name, directives };
    }
    const types = Object.values(this.schema.getTypeMap()).filter(
      (type): type is GraphQLCompositeType =>
        isCompositeType(type) && doTypesOverlap(this.schema, parent, type),
    );
    const type = this.pick(types);
    const typeCondition = { kind: Kind.NAMED_TYPE, name: name(type.name) } as const;
    const selectionSet = this.selectionSet(type, depth);
    if (this.oneIn(3)) {
      const fragment = name(`F${this.fragmentCount++}`);
      const definition = { kind: Kind.FRAGMENT_DEFINITION, name: fragment } as const;
      this.fragments.push({ ...definition, typeCondition, selectionSet });
      return { kind: Kind.FRAGMENT_SPREAD, name: fragment, directives };
    }
    const isBare = type === parent && this.oneIn(2);
    return {
      kind: Kind.INLINE_FRAGMENT,
      ...(!isBare && { typeCondition }),
      directives,
      selectionSet,
    };
  }

  private conditions(): DirectiveNode[] {
    if (!this.oneIn(7)) return [];
    const type = new GraphQLNonNull(GraphQLBoolean);
    return [
      {
        kind: Kind.DIRECTIVE,
        name: name(this.pick(['include', 'skip'])),
        arguments: [{ kind: Kind.ARGUMENT, name: name('if'), value: this.value(type, 2) }],
      },
    ];
  }

  private argument({ name: argument, type, defaultValue }: GraphQLArgument): ArgumentNode[] {
    const isRequired = isNonNullType(type) && defaultValue === undefined;
    if (!isRequired && this.oneIn(2)) return [];
    return [{ kind: Kind.ARGUMENT, name: name(argument), value: this.value(type, 3) }];
  }

  /** A literal, or one in so many a variable; what is in a literal may be one as well. */
  private value(type: GraphQLInputType, variables: number): ValueNode {
    if (this.oneIn(variables)) return this.variable(type);
    const inner = isNonNullType(type) ? type.ofType : type;
    if (inner === type && this.oneIn(8)) return { kind: Kind.NULL };
    if (isListType(inner)) {
      if (this.oneIn(6)) return this.value(inner.ofType, variables);
      const values = this.times(() => this.value(inner.ofType, 6));
      return { kind: Kind.LIST, values };
    }
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields())
        .filter((field) => isNonNullType(field.type) || this.oneIn(2))
        .map((field) => ({
          kind: Kind.OBJECT_FIELD as const,
          name: name(field.name),
          value: this.value(field.type, 6),
        }));
      return { kind: Kind.OBJECT, fields };
    }
    return this.literal(this.json(type), type);
  }

  private literal(value: unknown, type: GraphQLInputType): ValueNode {
    const node = astFromValue(value, type);
    if (!node) throw new Error(`no literal for ${JSON.stringify(value)}`);
    return node;
  }

  private variable(location: GraphQLInputType): ValueNode {
    const isRequired = isNonNullType(location);
    const withDefault = this.oneIn(3);
    const isStricter = !isRequired && !withDefault && this.oneIn(3);
    const nullable = isRequired ? location.ofType : location;
    const type = isStricter || (isRequired && !withDefault) ? `${nullable}!` : `${nullable}`;
    const variable = `v${this.definitions.length}`;
    const node = { kind: Kind.VARIABLE, name: name(variable) } as const;
    const given = new GraphQLNonNull(nullable);
    this.definitions.push({
      kind: Kind.VARIABLE_DEFINITION,
      variable: node,
      type: parseType(type),
      ...(withDefault && { defaultValue: this.literal(this.json(given), given) as never }),
    });
    const mayBeAbsent = !type.endsWith('!');
    if (mayBeAbsent && this.oneIn(3)) return node;
    const mayBeNull = mayBeAbsent && !isRequired;
    this.variables[variable] = this.json(mayBeNull ? nullable : given);
    return node;
  }

  /** A value as JSON. */
  private json(type: GraphQLInputType): unknown {
    if (!isNonNullType(type)) return this.oneIn(8) ? null : this.json(new GraphQLNonNull(type));
    const inner: GraphQLInputType = type.ofType;
    if (isListType(inner)) return this.times(() => this.json(inner.ofType));
    if (isEnumType(inner)) return this.pick(inner.getValues()).name;
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields()).filter(
        (field) => isNonNullType(field.type) || this.oneIn(2),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.json(field.type)]));
    }
    return this.pick(SCALARS[inner.toString()] ?? []);
  }

  private times<T>(make: () => T): T[] {
    return Array.from({ length: this.draw(3) }, make);
  }
}

const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  ID: ['1', '2', '3', '4', '9'],
  Int: [0, 1, 2, 5],
  Float: [0.5, 1, 2.25],
  String: ['a', 'b', '', 'x"y\\\n', 'é😀'],
  Boolean: [true, false],
};

/** Fields that may not share a response name get names of their own. */
function separateConflicts(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  let separated = document;
  for (let round = 0; ; round += 1) {
    const faults = validate(schema, separated, [OverlappingFieldsCanBeMergedRule]);
    if (faults.length === 0) return separated;
    const renamed = new Map(faults.map(({ nodes }, n) => [nodes?.at(-1), `r${round}_${n}`]));
    separated = visit(separated, {
      Field: (node) => {
        const alias = renamed.get(node);
        return alias === undefined ? undefined : { ...node, alias: name(alias) };
      },
    });
  }
}
