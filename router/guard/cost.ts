import {
  type Schema,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from '@apollo/federation-internals';
import { invalidInput } from '@spyhop/platform/errors';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsIn } from '../fragments';
import { RefusedOperation } from '../plan/refused';
import { type Amount, type Variables, combine, isNumber, read, sum, valueOf } from './amount';
import { costOfInput, isFree } from './input-cost';
import { CostWeights, type ListSize, type OutputField, typeOf } from './cost-weights';

/**
 * What an operation is estimated to cost with those variables, which must be coerced: 0 to
 * Number.MAX_SAFE_INTEGER. Throws RefusedOperation where it must say how long a list is and does not.
 */
export type OperationCost = (variables: Variables) => number;

/** What a mutation costs beside what it selects. */
const MUTATION_COST = 10;

/** Estimates what operations cost before they run, from the supergraph's schema and the weights in it. */
export class CostModel {
  private readonly weights: CostWeights;

  constructor(
    schema: Schema,
    /** Elements of a list whose length nothing says. */
    private readonly listSize: number,
  ) {
    this.weights = new CostWeights(schema);
  }

  /** `document` must be valid and within its limits. What does not depend on variables is added up here, once. */
  costOf(document: DocumentNode, operation: OperationDefinitionNode): OperationCost {
    const root = this.weights.schema.schemaDefinition.rootType(operation.operation);
    if (!root) throw new Error(`the schema has no ${operation.operation}`);
    const base = operation.operation === OperationTypeNode.MUTATION ? MUTATION_COST : 0;
    const pricing = new Pricing(this.weights, this.listSize, document);
    const selected = pricing.operation(operation, root.name);
    const cost = sum([base, selected]);
    return (variables) => valueOf(cost, variables);
  }
}

/** An object as the field sees it that returns it. */
interface Sized {
  /** Lists in the object whose length that field says. */
  fields: readonly string[];
  size: Amount;
  /** What fragments in it cost, each once, so that fragments that spread fragments take no longer than they are long. */
  fragments: Map<string, Amount>;
}

/** Prices the selections of one document. */
class Pricing {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly unsized: Sized = { fields: [], size: 0, fragments: new Map() };

  constructor(
    private readonly weights: CostWeights,
    private readonly listSize: number,
    document: DocumentNode,
  ) {
    this.fragments = fragmentsIn(document);
  }

  operation({ selectionSet }: OperationDefinitionNode, root: string): Amount {
    return this.selections(selectionSet, root, this.unsized);
  }

  private selections({ selections }: SelectionSetNode, parent: string, sized: Sized): Amount {
    return sum(selections.map((node) => unlessSkipped(node, this.selection(node, parent, sized))));
  }

  private selection(node: SelectionNode, parent: string, sized: Sized): Amount {
    if (node.kind === Kind.FIELD) return this.field(node, parent, sized);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.fragment(node.name.value, sized);
    return this.selections(node.selectionSet, node.typeCondition?.name.value ?? parent, sized);
  }

  private fragment(name: string, sized: Sized): Amount {
    const known = sized.fragments.get(name);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    if (!fragment) throw new Error('an unknown fragment is spread');
    const cost = this.selections(fragment.selectionSet, fragment.typeCondition.name.value, sized);
    sized.fragments.set(name, cost);
    return cost;
  }

  private field(node: FieldNode, parent: string, sized: Sized): Amount {
    const name = node.name.value;
    if (name.startsWith('__')) return 0;
    const field = this.definitionOf(parent, name);
    const listSize = this.weights.listSizeOf(field);
    const size = listSize ? sizeOf(listSize, field, node, this.listSize) : this.listSize;
    const inherited = sized.fields.includes(name) ? sized.size : null;
    const count = isList(field) ? (inherited ?? size) : 1;
    const inner = listSize
      ? { fields: listSize.sizedFields, size, fragments: new Map() }
      : this.unsized;
    const selected = node.selectionSet
      ? this.selections(node.selectionSet, typeOf(field).name, inner)
      : 0;
    return combine(
      [count, this.weights.ofField(field), selected, this.arguments(field, node)],
      ([times = 0, weight = 0, each = 0, given = 0]) =>
        Math.max(0, times * weight + given) + times * each,
    );
  }

  private definitionOf(parent: string, name: string): OutputField {
    const type = this.weights.schema.type(parent);
    const field = type && (isObjectType(type) || isInterfaceType(type)) && type.field(name);
    if (!field) throw new Error(`the schema has no ${parent}.${name}`);
    return field;
  }

  private arguments(field: OutputField, { arguments: given = [] }: FieldNode): Amount {
    return sum(
      given.map(({ name, value }) => {
        const argument = field.argument(name.value);
        // Most arguments are, and need not be looked at in each request.
        if (!argument || isFree(argument, this.weights)) return 0;
        return read([value], ([known]) => costOfInput(known, argument, this.weights));
      }),
    );
  }
}

const isList = ({ type }: OutputField): boolean =>
  type !== undefined && isListType(isNonNullType(type) ? type.ofType : type);

/** How long the lists are that `@listSize` on a field is about; `fallback` where nothing says so. */
function sizeOf(
  { slicingArguments, assumedSize, requireOneSlicingArgument }: ListSize,
  field: OutputField,
  { arguments: given = [] }: FieldNode,
  fallback: number,
): Amount {
  const unsaid = assumedSize ?? fallback;
  if (slicingArguments.length === 0) return unsaid;
  const values = slicingArguments.map(
    (name) => given.find((argument) => argument.name.value === name)?.value,
  );
  const defaults = slicingArguments.map((name): unknown => field.argument(name)?.defaultValue);
  return read(values, (said) => {
    const sizes = said.map((size, index) => size ?? defaults[index]).filter(isNumber);
    const isOne = said.filter(isNumber).length === 1 || (said.every(isNil) && sizes.length > 0);
    if (requireOneSlicingArgument && !isOne) {
      throw new RefusedOperation([needsOneOf(slicingArguments, field)]);
    }
    return sizes.length === 0 ? unsaid : Math.max(0, ...sizes);
  });
}

const needsOneOf = (slicingArguments: readonly string[], { coordinate }: OutputField) =>
  invalidInput(
    `${coordinate} needs one of the arguments ${slicingArguments.join(', ')}, and only one: it says how long the list is.`,
  );

const isNil = (value: unknown): boolean => value == null;

/** What may be left out costs nothing then. */
function unlessSkipped({ directives = [] }: SelectionNode, amount: Amount): Amount {
  return directives.reduce<Amount>((rest, { name, arguments: given = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return rest;
    const wanted = name.value === 'include';
    const isWanted = read([given[0]?.value], ([condition]) => (condition === wanted ? 1 : 0));
    if (isNumber(isWanted)) return isWanted === 0 ? 0 : rest;
    return (variables) => (isWanted(variables) === 0 ? 0 : valueOf(rest, variables));
  }, amount);
}
