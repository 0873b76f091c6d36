import {
  type ArgumentDefinition,
  type DirectiveDefinition,
  type FieldDefinition,
  type InputFieldDefinition,
  type InterfaceType,
  type NamedType,
  type ObjectType,
  type Schema,
  baseType,
  costIdentity,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from '@apollo/federation-internals';

/** A field that an operation can select. */
export type OutputField = FieldDefinition<ObjectType | InterfaceType>;

/** What an operation hands to a field. */
export type Input = ArgumentDefinition<OutputField> | InputFieldDefinition;

/** How long a field says that its list is (`@listSize`). */
export interface ListSize {
  assumedSize: number | null;
  /** Arguments that say it. */
  slicingArguments: readonly string[];
  /** The lists that it is about, in the object that the field returns. */
  sizedFields: readonly string[];
  requireOneSlicingArgument: boolean;
}

const NO_LIST_SIZE: ListSize = {
  assumedSize: null,
  slicingArguments: [],
  sizedFields: [],
  requireOneSlicingArgument: true,
};

/**
 * What the parts of a schema weigh, by `@cost` and `@listSize` of https://specs.apollo.dev/cost/v0.1, after
 * https://www.apollographql.com/docs/graphos/routing/security/demand-control: objects, interfaces and unions weigh 1,
 * scalars and enums 0, unless they, or the field that returns them, say otherwise.
 * Interfaces and unions say nothing of their own: they weigh what the heaviest of their types does
 * (https://ibm.github.io/graphql-specs/cost-spec.html).
 */
export class CostWeights {
  private readonly cost: DirectiveDefinition | null;
  private readonly listSize: DirectiveDefinition | null;

  constructor(readonly schema: Schema) {
    this.cost = directiveIn(schema, 'cost');
    this.listSize = directiveIn(schema, 'listSize');
  }

  /** Of one value that a field returns. */
  ofField(field: OutputField): number {
    const fields = implementations(field);
    return heaviest(
      (fields.length === 0 ? [field] : fields).map(
        (each) => this.own(each) ?? this.ofType(typeOf(each)),
      ),
    );
  }

  /** Of an argument or input field where it says so itself. */
  ofInput(input: Input): number | undefined {
    return this.own(input);
  }

  /** Of a value that a client gives: an input object without its fields, a scalar or an enum. */
  ofGiven(type: NamedType): number {
    return this.own(type) ?? (isInputObjectType(type) ? 1 : 0);
  }

  /** A list that is selected through an interface is as long as the interface, or else an object type of it, says. */
  listSizeOf(field: OutputField): ListSize | null {
    const { listSize } = this;
    if (!listSize) return null;
    for (const each of [field, ...implementations(field)]) {
      const [applied] = each.appliedDirectivesOf(listSize);
      if (applied) return { ...NO_LIST_SIZE, ...withoutNull(applied.arguments(true)) };
    }
    return null;
  }

  private ofType(type: NamedType): number {
    if (isUnionType(type)) return heaviest(type.types().map((each) => this.ofType(each)));
    if (isInterfaceType(type)) {
      return heaviest(type.possibleRuntimeTypes().map((each) => this.ofType(each)));
    }
    return this.own(type) ?? (isObjectType(type) ? 1 : 0);
  }

  private own(element: NamedType | OutputField | Input): number | undefined {
    const [applied] = this.cost ? element.appliedDirectivesOf(this.cost) : [];
    return (applied?.arguments() as { weight?: number } | undefined)?.weight;
  }
}

const heaviest = (weights: readonly number[]): number =>
  weights.length === 0 ? 1 : Math.max(...weights);

/** The fields of object types that stand for a field of an interface. */
function implementations(field: OutputField): OutputField[] {
  const { parent, name } = field;
  if (!isInterfaceType(parent)) return [];
  return parent.possibleRuntimeTypes().flatMap((type) => type.field(name) ?? []);
}

/** What is in all lists of it. */
export function typeOf({ type, coordinate }: OutputField | Input): NamedType {
  if (!type) throw new Error(`${coordinate} has no type`);
  return baseType(type);
}

const withoutNull = (given: object): object =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));

function directiveIn(schema: Schema, name: string): DirectiveDefinition | null {
  const linked = schema.coreFeatures?.getByIdentity(costIdentity);
  return (linked && schema.directive(linked.directiveNameInSchema(name))) ?? null;
}
