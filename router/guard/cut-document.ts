import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  separateOperations,
  visit,
} from 'graphql';
import { fragmentsIn } from '../fragments';
import type { Condition, RequiredOfSchema } from './requirements';

type Variables = Readonly<Record<string, unknown>>;

/** A field that was cut out. */
export interface RefusedField {
  /** Response keys, without the indexes of lists. */
  path: readonly string[];
  /** `Type.field`. */
  coordinate: string;
  /** What does not hold. */
  condition: Condition;
  /** Whether the client asks for it with these variables: `@skip` and `@include` say so. */
  isAsked(variables: Variables): boolean;
}

/** A document without what was refused. */
export interface CutDocument {
  /** Null where nothing is left. */
  document: DocumentNode | null;
  /** At most a hundred; more are cut than named then. */
  refused: readonly RefusedField[];
}

const MAX_NAMED = 100;
const INTROSPECTED = new Map([
  ['__schema', '__Schema'],
  ['__type', '__Type'],
]);

/**
 * Cuts out what requires one of the `failing` conditions, and what is empty or unused without it.
 * `document` is one valid operation with its fragments.
 */
export function cutDocument(
  document: DocumentNode,
  schema: GraphQLSchema,
  required: RequiredOfSchema,
  failing: ReadonlySet<Condition>,
): CutDocument {
  const cut = new Cut(document, schema, required, failing);
  const refused = cut.refused();
  return { document: refused.length === 0 ? document : cut.document(), refused };
}

class Cut {
  private readonly operation: OperationDefinitionNode;
  private readonly root: GraphQLCompositeType;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** What is left of each selection set; the set itself where all is left. */
  private readonly left = new Map<SelectionSetNode, SelectionSetNode | null>();

  constructor(
    document: DocumentNode,
    private readonly schema: GraphQLSchema,
    private readonly required: RequiredOfSchema,
    private readonly failing: ReadonlySet<Condition>,
  ) {
    const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('there is no operation');
    this.operation = operation;
    this.root = compositeType(schema.getRootType(operation.operation));
    this.fragments = fragmentsIn(document);
  }

  document(): DocumentNode | null {
    const selectionSet = this.leftOf(this.operation.selectionSet, this.root);
    if (!selectionSet) return null;
    const fragments = [...this.fragments.values()].flatMap((fragment) => {
      const left = this.leftOfFragment(fragment.name.value);
      return left ? [{ ...fragment, selectionSet: left }] : [];
    });
    const operation = { ...this.operation, selectionSet };
    const definitions = [operation, ...fragments];
    const [used] = Object.values(separateOperations({ kind: Kind.DOCUMENT, definitions }));
    return used ? withoutUnusedVariables(used) : null;
  }

  refused(): RefusedField[] {
    const found: RefusedField[] = [];
    this.find(this.operation.selectionSet, this.root, [], [], found);
    return found;
  }

  private leftOf(set: SelectionSetNode, parent: GraphQLCompositeType): SelectionSetNode | null {
    const known = this.left.get(set);
    if (known !== undefined) return known;
    const all = set.selections.map((selection) => this.leftOfSelection(selection, parent));
    const selections = all.filter((selection) => selection !== null);
    const untouched = all.every((selection, index) => selection === set.selections[index]);
    const left = untouched ? set : selections.length === 0 ? null : { ...set, selections };
    this.left.set(set, left);
    return left;
  }

  private leftOfSelection(node: SelectionNode, parent: GraphQLCompositeType): SelectionNode | null {
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = this.fragments.get(node.name.value);
      const left = this.leftOfFragment(node.name.value);
      // A copy says that something in the fragment was cut out.
      return left === fragment?.selectionSet ? node : left && { ...node };
    }
    if (node.kind === Kind.FIELD && this.failingOf(node, parent)) return null;
    if (!node.selectionSet) return node;
    const left = this.leftOf(node.selectionSet, this.typeWithin(node, parent));
    return left === node.selectionSet ? node : left && { ...node, selectionSet: left };
  }

  private leftOfFragment(name: string): SelectionSetNode | null {
    const fragment = this.fragments.get(name);
    return fragment ? this.leftOf(fragment.selectionSet, this.typeOf(fragment)) : null;
  }

  private failingOf(field: FieldNode, parent: GraphQLCompositeType): Condition | undefined {
    return this.required
      .ofField(parent.name, field.name.value)
      .find((condition) => this.failing.has(condition));
  }

  /** Every way to a refused field; where nothing is refused it does not even look. */
  private find(
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    path: readonly string[],
    tests: readonly Test[],
    found: RefusedField[],
  ): void {
    if (this.leftOf(set, parent) === set) return;
    for (const node of set.selections) {
      if (found.length >= MAX_NAMED) return;
      const within = [...tests, ...this.testsOf(node.directives)];
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.fragments.get(node.name.value);
        if (fragment) this.find(fragment.selectionSet, this.typeOf(fragment), path, within, found);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        this.find(node.selectionSet, this.typeWithin(node, parent), path, within, found);
      } else {
        this.findInField(
          node,
          parent,
          [...path, node.alias?.value ?? node.name.value],
          within,
          found,
        );
      }
    }
  }

  private findInField(
    node: FieldNode,
    parent: GraphQLCompositeType,
    path: readonly string[],
    tests: readonly Test[],
    found: RefusedField[],
  ): void {
    const condition = this.failingOf(node, parent);
    if (condition) {
      const coordinate = `${parent.name}.${node.name.value}`;
      const isAsked = (variables: Variables): boolean => tests.every((test) => test(variables));
      found.push({ path, coordinate, condition, isAsked });
    } else if (node.selectionSet) {
      this.find(node.selectionSet, this.typeWithin(node, parent), path, tests, found);
    }
  }

  /** The type that a node's selections are of. */
  private typeWithin(node: SelectionNode, parent: GraphQLCompositeType): GraphQLCompositeType {
    if (node.kind === Kind.FIELD) {
      const { value: name } = node.name;
      const fields = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
      const type = fields[name]?.type ?? this.schema.getType(INTROSPECTED.get(name) ?? '');
      return compositeType(type && getNamedType(type));
    }
    return node.kind === Kind.INLINE_FRAGMENT && node.typeCondition
      ? compositeType(this.schema.getType(node.typeCondition.name.value))
      : parent;
  }

  private typeOf({ typeCondition }: FragmentDefinitionNode): GraphQLCompositeType {
    return compositeType(this.schema.getType(typeCondition.name.value));
  }

  private testsOf(directives: readonly DirectiveNode[] = []): Test[] {
    return directives.flatMap(({ name, arguments: [condition] = [] }) => {
      const wanted = name.value === 'include';
      if (!wanted && name.value !== 'skip') return [];
      const value = condition?.value;
      if (value?.kind === Kind.BOOLEAN) return [() => value.value === wanted];
      if (value?.kind !== Kind.VARIABLE) return [];
      const fallback = this.defaultOf(value.name.value);
      return [(variables: Variables) => (variables[value.name.value] ?? fallback) === wanted];
    });
  }

  private defaultOf(variable: string): boolean {
    const defined = this.operation.variableDefinitions?.find(
      (definition) => definition.variable.name.value === variable,
    );
    return defined?.defaultValue?.kind === Kind.BOOLEAN && defined.defaultValue.value;
  }
}

type Test = (variables: Variables) => boolean;

function compositeType(type: unknown): GraphQLCompositeType {
  if (!isCompositeType(type)) throw new Error('the document was not validated');
  return type;
}

function withoutUnusedVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return visit(document, {
    SelectionSet: () => false,
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}
