import {
  type DefinitionNode,
  type DocumentNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { LoadedSupergraph } from '../supergraph/load';
import { type OperationLimits, depthLimit } from './limits';
import { Lru } from './lru';
import { type SubscriptionPlan, planSubscription } from './subscription-plan';

/** A document that was parsed, validated and, where it is ours to execute, planned. */
export type Operation =
  | { kind: 'request'; operation: 'query' | 'mutation' }
  | { kind: 'subscription'; plan: SubscriptionPlan };

/** A request that cannot run; `errors` are for the client. */
export class RefusedOperation extends Error {
  override readonly name = 'RefusedOperation';

  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join('\n'));
  }
}

const KEPT_OPERATIONS = 1_000;
const MAX_VALIDATION_ERRORS = 20;

/** Prepares documents and keeps what was prepared, so that a known operation costs one look-up. */
export class Operations {
  private readonly known = new Lru<Operation>(KEPT_OPERATIONS);

  constructor(
    private readonly supergraph: LoadedSupergraph,
    private readonly limits: OperationLimits,
  ) {}

  /** Throws RefusedOperation. */
  prepare(query: string, operationName: string | null | undefined): Operation {
    return this.known.getOrCreate(`${operationName ?? ''}\n${query}`, () =>
      this.prepareNew(query, operationName),
    );
  }

  private prepareNew(query: string, operationName: string | null | undefined): Operation {
    const document = this.parseValid(query);
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      const wanted = operationName ? `named "${operationName}"` : 'that stands alone';
      throw refused('OPERATION_RESOLUTION_FAILURE', `The document has no operation ${wanted}.`);
    }
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      return { kind: 'request', operation: operation.operation };
    }
    return {
      kind: 'subscription',
      plan: planSubscription(this.supergraph, document, operation),
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

/** One error with a code, as the reason why an operation cannot run. */
const refused = (code: string, message: string): RefusedOperation =>
  new RefusedOperation([new GraphQLError(message, { extensions: { code } })]);

const withCode = (err: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(err.message, {
    nodes: err.nodes,
    source: err.source,
    positions: err.positions,
    extensions: { ...err.extensions, code },
  });
