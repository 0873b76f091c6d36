import type { DeferNode, PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  visit,
} from 'graphql';
import { type RunPlan, compilePlan } from '../execute/compile-plan';
import { Projection } from '../execute/projection';
import { fragmentsIn } from '../fragments';
import { typeAt } from './type-at';

/** A part of an operation that a client is ready to get later (`@defer`). */
export interface DeferredPart {
  label: string | null;
  /** Response keys and type conditions that lead to the objects it adds to. */
  path: readonly string[];
  run: RunPlan;
  /** Of each of those objects; null where the part only holds others. */
  projection: Projection | null;
  /** Parts that follow when this one is there. */
  parts: readonly DeferredPart[];
}

/** What comes at once, and what comes later. */
export interface DeferredPlan {
  run: RunPlan;
  projection: Projection;
  parts: readonly DeferredPart[];
}

interface Scope {
  apiSchema: GraphQLSchema;
  fullSchema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** The deferred plan for those values of the variables; null when nothing is deferred. */
export function deferredPlan(
  node: PlanNode | undefined,
  variables: Readonly<Record<string, unknown>>,
  scope: Scope,
): DeferredPlan | null {
  const chosen = chooseBranch(node, variables);
  if (chosen?.kind !== 'Defer') return null;
  const { primary, deferred } = chosen;
  return {
    run: compilePlan(primary.node, scope.fullSchema),
    projection: projectionOf(primary.subselection ?? '{ __typename }', [], scope),
    parts: deferred.map((part) => partOf(part, variables, scope)),
  };
}

/** The branch that the variables lead to. */
export function chooseBranch(
  node: PlanNode | undefined,
  variables: Readonly<Record<string, unknown>>,
): PlanNode | undefined {
  if (node?.kind !== 'Condition') return node;
  const branch = variables[node.condition] === true ? node.ifClause : node.elseClause;
  return chooseBranch(branch, variables);
}

function partOf(
  { label, queryPath, subselection, node }: DeferNode['deferred'][number],
  variables: Readonly<Record<string, unknown>>,
  scope: Scope,
): DeferredPart {
  const chosen = chooseBranch(node, variables);
  const nested = chosen?.kind === 'Defer' ? chosen : null;
  const shown = nested ? nested.primary.subselection : subselection;
  return {
    label: label ?? null,
    path: queryPath,
    run: compilePlan(nested ? nested.primary.node : chosen, scope.fullSchema),
    projection: shown === undefined ? null : projectionOf(shown, queryPath, scope),
    parts: (nested?.deferred ?? []).map((part) => partOf(part, variables, scope)),
  };
}

/** The planner gives what a part shows as text, without fragments. */
function projectionOf(
  subselection: string,
  path: readonly string[],
  { apiSchema, document, operation }: Scope,
): Projection {
  const part = parse(`${operation.operation} ${subselection}`);
  const [selection] = part.definitions;
  if (selection?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a part without selection');
  const root = apiSchema.getRootType(operation.operation);
  if (!root) throw new Error(`the schema has no ${operation.operation}`);
  const start = { type: root, selectionSets: [operation.selectionSet] };
  const type = typeAt(apiSchema, fragmentsIn(document), start, path);
  return new Projection(apiSchema, part, selection, type);
}

/** For clients that take an answer only as a whole. */
export const withoutDefer = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: ({ name }) => (name.value === 'defer' ? null : undefined) });
