import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { PlannedNode } from './planner';
import { type Steps, type ToPlan, atOnce } from './steps';

type Variables = Readonly<Record<string, unknown>>;

/** Operations have few conditions, and clients use few of the combinations of their values. */
const MOST_COMBINATIONS = 32;

/** In the place of selections of which none is left; no client calls a field so. */
const NOTHING: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: '_client_nothing' },
  name: { kind: Kind.NAME, value: '__typename' },
};

/** The variables that `@skip` and `@include` go by. */
export function conditionsIn(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      if (!isCondition(directive)) return;
      const value = directive.arguments?.[0]?.value;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/** By the directives `@skip` and `@include`. */
export const isIncluded = (
  directives: readonly DirectiveNode[] | undefined,
  variables: Variables,
): boolean =>
  directives?.every((directive) => {
    if (!isCondition(directive)) return true;
    const condition = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
    const holds = condition !== undefined && valueFromASTUntyped(condition, variables) === true;
    return directive.name.value === 'include' ? holds : !holds;
  }) ?? true;

const isCondition = ({ name }: DirectiveNode): boolean =>
  name.value === 'skip' || name.value === 'include';

/**
 * What is made of a document, for each combination of its conditions' values. The planner takes `@skip`
 * and `@include` along, but then puts an entity's skipped fields and others that require something into
 * one fetch, which it cannot feed, and forgets objects of which nothing is asked for; so each combination
 * is planned by itself, as a document without conditions, when it is first asked for.
 */
export class ByConditions<Made extends object> {
  private readonly conditions: readonly string[];
  private readonly known = new LRUCache<string, Made>({ max: MOST_COMBINATIONS });
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly document: DocumentNode,
    private readonly make: (document: DocumentNode, variables: Variables) => Steps<Made>,
    private readonly plan: (asked: ToPlan) => PlannedNode,
  ) {
    this.conditions = conditionsIn(document);
  }

  /** Values of the conditions for which it was made, the last used first. */
  used(): Variables[] {
    return [...this.known.keys()].map((key) =>
      Object.fromEntries(this.conditions.map((name, index) => [name, key[index] === '1'])),
    );
  }

  /** Makes what `for` gives, so that nobody else has to wait for it; once for all who ask for it meanwhile. */
  ready(
    variables: Variables,
    take: (steps: Steps<Made>) => Promise<Made>,
  ): Promise<void> | undefined {
    const key = this.keyOf(variables);
    if (this.known.has(key)) return undefined;
    const underWay = this.underWay.get(key);
    if (underWay) return underWay;
    const made = take(this.steps(variables))
      .then((each) => void this.known.set(key, each))
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, made);
    return made;
  }

  /** `variables` are coerced. */
  for(variables: Variables): Made {
    const key = this.keyOf(variables);
    const known = this.known.get(key);
    if (known) return known;
    const made = atOnce(this.steps(variables), this.plan);
    this.known.set(key, made);
    return made;
  }

  private steps(variables: Variables): Steps<Made> {
    return this.make(withoutConditions(this.document, variables), variables);
  }

  private keyOf(variables: Variables): string {
    return this.conditions.map((name) => (variables[name] === true ? '1' : '0')).join('');
  }
}

/** The document as it is for those values: without what is skipped, and without conditions. */
function withoutConditions(document: DocumentNode, variables: Variables): DocumentNode {
  const keepIncluded = <Node extends { directives?: readonly DirectiveNode[] | undefined }>(
    node: Node,
  ): Node | null | undefined => {
    const { directives } = node;
    if (!directives?.some(isCondition)) return undefined;
    if (!isIncluded(directives, variables)) return null;
    return { ...node, directives: directives.filter((each) => !isCondition(each)) };
  };
  return visit(document, {
    Field: keepIncluded,
    InlineFragment: keepIncluded,
    FragmentSpread: keepIncluded,
    SelectionSet: {
      leave: (set: SelectionSetNode) =>
        set.selections.length === 0 ? { ...set, selections: [NOTHING] } : undefined,
    },
  });
}
