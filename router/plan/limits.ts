import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** What an operation may ask for. */
export interface OperationLimits {
  /** Fields inside fields, fragments spread. */
  depth: number;
  /** Lexical tokens of the document. */
  tokens: number;
}

/** Refuses operations that nest deeper than `limit`; introspection is not counted. */
export const depthLimit =
  (limit: number): ValidationRule =>
  (context: ValidationContext): ASTVisitor => {
    const measured = new Map<string, number>();
    return {
      OperationDefinition(operation) {
        const depth = depthOf(operation.selectionSet, context, measured, new Set());
        if (depth <= limit) return;
        context.reportError(
          new GraphQLError(`The operation is ${depth} levels deep; at most ${limit} are allowed.`, {
            nodes: operation,
          }),
        );
      },
    };
  };

function depthOf(
  selections: SelectionSetNode,
  context: ValidationContext,
  measured: Map<string, number>,
  open: Set<string>,
): number {
  let deepest = 0;
  for (const node of selections.selections) {
    let depth = 0;
    if (node.kind === Kind.FIELD) {
      if (node.name.value.startsWith('__')) continue;
      depth = 1 + (node.selectionSet ? depthOf(node.selectionSet, context, measured, open) : 0);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      depth = depthOf(node.selectionSet, context, measured, open);
    } else {
      depth = depthOfFragment(node.name.value, context, measured, open);
    }
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function depthOfFragment(
  name: string,
  context: ValidationContext,
  measured: Map<string, number>,
  open: Set<string>,
): number {
  const known = measured.get(name);
  if (known !== undefined) return known;
  const fragment = context.getFragment(name);
  // Cycles and unknown fragments are reported by other rules.
  if (!fragment || open.has(name)) return 0;
  const depth = depthOf(fragment.selectionSet, context, measured, new Set([...open, name]));
  measured.set(name, depth);
  return depth;
}
