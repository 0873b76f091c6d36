import { setImmediate } from 'node:timers/promises';
import { operationFromDocument } from '@apollo/federation-internals';
import { isPlanNode } from '@apollo/query-planner';
import {
  type DefinitionNode,
  type DocumentNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type VariableDefinitionNode,
  getOperationAST,
  parse,
  separateOperations,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type RunPlan, compilePlan } from '../execute/compile-plan';
import { Projection } from '../execute/projection';
import type { LoadedSupergraph } from '../supergraph/load';
import { conditionsOf, drawOverrides } from '../supergraph/overrides';
import { type DeferredPlan, deferredPlan, withoutDefer } from './deferred';
import { type OperationLimits, depthLimit } from './limits';
import { RefusedOperation, refused } from './refused';
import { type SubscriptionPlan, planSubscription } from './subscription-plan';

/** A document that was parsed, validated and planned. */
export type Operation = PreparedRequest | { kind: 'subscription'; plan: SubscriptionPlan };

/** A query or mutation that is ready to run with any variables. */
export interface PreparedRequest {
  kind: 'request';
  operation: 'query' | 'mutation';
  /** As the client calls it; null where it does not. */
  name: string | null;
  variableDefinitions: readonly VariableDefinitionNode[];
  run: RunPlan;
  projection: Projection;
  /** What comes at once and what later, where the client takes an answer in parts and defers some. */
  deferred: (variables: Readonly<Record<string, unknown>>) => DeferredPlan | null;
}

/** What an operation was prepared from. */
export interface OperationText {
  query: string;
  operationName: string | null;
}

interface Known extends OperationText {
  operation: Operation;
}

const KEPT_OPERATIONS = 1_000;
/** What a new schema prepares before it serves. */
const WARMED_OPERATIONS = 100;
const MAX_VALIDATION_ERRORS = 20;

/** Prepares documents and keeps what was prepared, so that a known operation costs one look-up. */
export class Operations {
  private readonly known = new LRUCache<string, Known>({ max: KEPT_OPERATIONS });

  constructor(
    private readonly supergraph: LoadedSupergraph,
    private readonly limits: OperationLimits,
    /** 0 to 1; decides for each request which subgraph a field on its way to another is asked of. */
    private readonly random: () => number,
  ) {}

  /**
   * `inParts`: the client takes parts that it defers later; for others `@defer` changes nothing.
   * Throws RefusedOperation.
   */
  prepare(
    query: string,
    operationName: string | null | undefined,
    { inParts = false }: { inParts?: boolean | undefined } = {},
  ): Operation {
    const labels = drawOverrides(this.supergraph.overrides, this.random);
    const key = [inParts, ...labels, operationName ?? '', query].join('\n');
    const known = this.known.get(key);
    if (known) return known.operation;
    const operation = this.prepareNew(query, operationName, { labels, inParts });
    this.known.set(key, { query, operationName: operationName ?? null, operation });
    return operation;
  }

  /** The operations that were asked for last. */
  recent(): OperationText[] {
    return [...this.known.values()].slice(0, WARMED_OPERATIONS);
  }

  /** Prepares operations before anybody asks for them; what does not fit this schema is left out. */
  async warm(texts: readonly OperationText[]): Promise<void> {
    for (const { query, operationName } of [...texts].reverse()) {
      try {
        this.prepare(query, operationName);
      } catch (err) {
        if (!(err instanceof RefusedOperation)) throw err;
      }
      // Planning takes milliseconds each; what is being served goes first.
      await setImmediate();
    }
  }

  private prepareNew(
    query: string,
    operationName: string | null | undefined,
    { labels, inParts }: { labels: ReadonlySet<string>; inParts: boolean },
  ): Operation {
    const valid = this.parseValid(query);
    const document = inParts ? valid : withoutDefer(valid);
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      const wanted = operationName ? `named "${operationName}"` : 'that stands alone';
      throw refused('OPERATION_RESOLUTION_FAILURE', `The document has no operation ${wanted}.`);
    }
    const { operation: type } = operation;
    if (!this.supergraph.apiSchema.getRootType(type)) {
      throw refused('GRAPHQL_VALIDATION_FAILED', `This API has no ${type}.`, 400);
    }
    return type === OperationTypeNode.SUBSCRIPTION
      ? {
          kind: 'subscription',
          plan: planSubscription(this.supergraph, document, operation, labels),
        }
      : {
          kind: 'request',
          operation: type,
          ...prepareRequest(this.supergraph, document, operation, labels),
        };
  }

  private parseValid(query: string): DocumentNode {
    const document = parseWithin(query, this.limits.tokens);
    requireUnconditionalRoots(document);
    const rules = [...specifiedRules, depthLimit(this.limits.depth)];
    const errors = validate(this.supergraph.apiSchema, document, rules, {
      maxErrors: MAX_VALIDATION_ERRORS,
    });
    if (errors.length === 0) return document;
    throw new RefusedOperation(errors.map((err) => withCode(err, 'GRAPHQL_VALIDATION_FAILED')));
  }
}

function prepareRequest(
  { planner, supergraph, apiSchema, fullSchema }: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  labels: ReadonlySet<string>,
): Omit<PreparedRequest, 'kind' | 'operation'> {
  const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  const { node } = planner.buildQueryPlan(
    operationFromDocument(supergraph.apiSchema(), alone, { validate: false }),
    { overrideConditions: conditionsOf(labels) },
  );
  if (node && !isPlanNode(node)) throw new Error('the planner made a plan of another kind');
  const scope = { apiSchema, fullSchema, document: alone, operation };
  return {
    name: operation.name?.value ?? null,
    variableDefinitions: operation.variableDefinitions ?? [],
    run: compilePlan(node, fullSchema),
    projection: new Projection(apiSchema, alone, operation),
    deferred: (variables) => deferredPlan(node, variables, scope),
  };
}

function parseWithin(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (err) {
    if (!(err instanceof GraphQLError)) throw err;
    throw new RefusedOperation([withCode(err, 'GRAPHQL_PARSE_FAILED')]);
  }
}

/** Nothing might be left to subscribe to. It comes before validation, whose rules throw on such conditions. */
function requireUnconditionalRoots({ definitions }: DocumentNode): void {
  for (const definition of definitions) {
    if (!isSubscription(definition) || !definition.selectionSet.selections.some(isConditional)) {
      continue;
    }
    throw refused(
      'GRAPHQL_VALIDATION_FAILED',
      '@skip and @include are not allowed on the root field of a subscription.',
    );
  }
}

const isSubscription = (node: DefinitionNode): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION;

const isConditional = ({ directives }: SelectionNode): boolean =>
  directives?.some(({ name }) => name.value === 'skip' || name.value === 'include') ?? false;

const withCode = (err: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(err.message, {
    nodes: err.nodes,
    source: err.source,
    positions: err.positions,
    extensions: { ...err.extensions, code },
  });
