import { setImmediate } from 'node:timers/promises';
import { type PlanNode, isPlanNode } from '@apollo/query-planner';
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
  separateOperations,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { CacheableOperation, CachePlanner } from '../cache/planner';
import { type RunPlan, compilePlan } from '../execute/compile-plan';
import type { PathError } from '../execute/errors';
import { Projection } from '../execute/projection';
import { spliceOf } from '../execute/splice/splice-of';
import type { Splice } from '../execute/splice/splice';
import type { Authorisation, Authorised, Decision, Requirements } from '../guard/authorise';
import type { CostModel, OperationCost } from '../guard/cost';
import { introspects } from '../guard/introspection';
import { type OperationLimits, parseWithin } from '../guard/limits';
import type { LoadedSupergraph } from '../supergraph/load';
import { type Override, drawOverrides } from '../supergraph/overrides';
import { keepAliasesApart } from './aliases';
import { ByConditions } from './conditions';
import { type DeferredPlan, deferredPlan, withoutDefer } from './deferred';
import { planDocument } from './plan-document';
import { RefusedOperation, refused } from './refused';
import { type SubscriptionPlan, planSubscription } from './subscription-plan';

/** A document that was parsed, validated and planned. */
export type Operation = Priced & (PreparedRequest | PreparedSubscription);

/** Known before it runs. */
interface Priced {
  /** Of a subscription, one event. */
  cost: OperationCost;
}

/** A subscription that is ready to be joined. */
export interface PreparedSubscription {
  kind: 'subscription';
  plan: SubscriptionPlan;
  /** What its fields require of who asks; null where that is nothing: then all share it. */
  requirements: Requirements | null;
  /** What a client is told of fields that the decision keeps from it. */
  refusals: (decision: Decision, variables: Readonly<Record<string, unknown>>) => Refusals;
}

/** Fields that were refused: what the client is told, and their coordinates. */
export interface Refusals {
  errors: readonly PathError[];
  denied: readonly string[];
}

/** A query or mutation that is ready to run with any variables. */
export interface PreparedRequest {
  kind: 'request';
  operation: 'query' | 'mutation';
  /** As the client calls it; null where it does not. */
  name: string | null;
  variableDefinitions: readonly VariableDefinitionNode[];
  /** It asks for the schema. */
  introspects: boolean;
  /** What its fields require of who asks; null where that is nothing: then it runs without an identity. */
  requirements: Requirements | null;
  /** What is left of it for those whom a decision on its requirements applies to. */
  permitted: (
    decision: Decision,
    variables: Readonly<Record<string, unknown>>,
  ) => Refusals & { operation: PreparedRequest | null };
  /** How its answers may be kept; null where they may not. */
  cacheable: CacheableOperation | null;
  /** By the values of its conditions. */
  plans: ByConditions<Plan>;
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

/** How an operation was asked for. */
interface Asked {
  /** The client takes parts that it defers later. */
  inParts: boolean;
  /** Of the overrides that held. */
  labels: ReadonlySet<string>;
}

/** An operation to prepare before anybody asks for it. */
interface ExpectedOperation extends OperationText, Partial<Asked> {
  /** Values of its conditions to plan it for. */
  conditions?: readonly Readonly<Record<string, unknown>>[];
  /** How often it was asked for. */
  uses?: number;
}

interface Plan {
  node: PlanNode | undefined;
  run: RunPlan;
  /** Puts answers together without reading them; null where that cannot be done. */
  splice: Splice | null;
}

interface Known extends OperationText, Asked {
  operation: Operation;
  uses: number;
}

const KEPT_OPERATIONS = 1_000;
const KEPT_BYTES = 256 * 1024 * 1024;
/** Of memory for each character of an operation's text, at most: measured with operations as large as limits allow. */
const BYTES_PER_CHARACTER = 150;
/** Of documents of which it is known which overrides concern them. */
const KEPT_CHARACTERS = 8 * 1024 * 1024;
/** Of one operation: few sets of fields are refused together. */
const KEPT_DECISIONS = 32;
/** What a new schema prepares before it serves. */
const WARMED_OPERATIONS = 100;
const MAX_VALIDATION_ERRORS = 20;
/** What is planned where nobody has asked yet: as if no condition held. */
const UNCONDITIONAL = [{}];

/** Prepares documents and keeps what was prepared, so that a known operation costs one look-up. */
export class Operations {
  private readonly known = new LRUCache<string, Known>({
    max: KEPT_OPERATIONS,
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ query }) => query.length * BYTES_PER_CHARACTER,
  });
  /** By document. */
  private readonly overrides = new LRUCache<string, readonly Override[]>({
    max: KEPT_OPERATIONS,
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (_, { length }) => length,
  });

  constructor(
    private readonly supergraph: LoadedSupergraph,
    private readonly authorisation: Authorisation,
    private readonly rules: { limits: OperationLimits; costs: CostModel; isSchemaPublic: boolean },
    /** 0 to 1; decides for each request which subgraph a field on its way to another is asked of. */
    private readonly random: () => number,
    /** Null where nothing is cached. */
    private readonly cache: CachePlanner | null,
  ) {}

  /**
   * `inParts`: the client takes parts that it defers later; for others `@defer` changes nothing.
   * `labels`: of the overrides that held before, where that is to go on; they are drawn anew without.
   * Throws RefusedOperation.
   */
  prepare(
    query: string,
    operationName: string | null | undefined,
    {
      inParts = false,
      labels,
    }: { inParts?: boolean | undefined; labels?: ReadonlySet<string> | undefined } = {},
  ): Operation {
    const drawn = this.drawn(query, labels);
    const known = this.know(query, operationName ?? null, { inParts, labels: drawn });
    known.uses += 1;
    return known.operation;
  }

  /** The operations that were asked for most, of those alike the ones that were asked for last. */
  favourites(): ExpectedOperation[] {
    return [...this.known.values()]
      .sort((one, other) => other.uses - one.uses)
      .slice(0, WARMED_OPERATIONS)
      .map(({ operation, ...known }) => ({
        ...known,
        conditions: operation.kind === 'request' ? operation.plans.used() : [],
      }));
  }

  /** Prepares operations before anybody asks for them; what does not fit this schema is left out. */
  async warm(expected: readonly ExpectedOperation[]): Promise<void> {
    for (const each of [...expected].reverse()) {
      const { query, operationName, inParts = false, conditions = UNCONDITIONAL } = each;
      try {
        const labels = this.drawn(query, each.labels);
        const known = this.know(query, operationName, { inParts, labels });
        // What was asked for long ago counts less with every schema.
        known.uses = Math.floor((each.uses ?? 0) / 2);
        const { operation } = known;
        if (operation.kind === 'request')
          for (const values of conditions) operation.plans.for(values);
      } catch (err) {
        if (!(err instanceof RefusedOperation)) throw err;
      }
      // Planning takes milliseconds each; what is being served goes first.
      await setImmediate();
    }
  }

  private know(query: string, operationName: string | null, { inParts, labels }: Asked): Known {
    const keyOf = (name: string): string =>
      `${inParts}\n${[...labels].join('\n')}\n${name}\n${query}`;
    // What stands alone is the same whether it is asked for by its name or not.
    const alone = this.known.get(keyOf(''));
    if (alone && (!operationName || alone.operationName === operationName)) return alone;
    const known = operationName ? this.known.get(keyOf(operationName)) : undefined;
    if (known) return known;
    const { operation, name, isAlone } = this.prepareNew(query, operationName, { labels, inParts });
    const made: Known = { query, operationName: name, inParts, labels, operation, uses: 0 };
    this.known.set(keyOf(isAlone ? '' : (name ?? '')), made);
    return made;
  }

  /** Those of the labels that make a difference to the document; drawn anew where none are given. */
  private drawn(query: string, labels?: ReadonlySet<string>): ReadonlySet<string> {
    const overrides = this.overridesOf(query);
    if (!labels) return drawOverrides(overrides, this.random);
    return new Set(overrides.flatMap(({ label }) => (labels.has(label) ? [label] : [])));
  }

  private overridesOf(query: string): readonly Override[] {
    const { overrides } = this.supergraph;
    if (overrides.areNone) return [];
    const known = this.overrides.get(query);
    if (known) return known;
    const reached = overrides.reachedBy(this.parseValid(query));
    this.overrides.set(query, reached);
    return reached;
  }

  private prepareNew(
    query: string,
    operationName: string | null,
    { labels, inParts }: Asked,
  ): { operation: Operation; name: string | null; isAlone: boolean } {
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
    const cost = this.rules.costs.costOf(document, operation);
    const prepared =
      type === OperationTypeNode.SUBSCRIPTION
        ? this.prepareSubscription(document, operation, labels)
        : this.prepareRequest(document, operation, labels);
    return {
      operation: { cost, ...prepared },
      name: operation.name?.value ?? null,
      isAlone: getOperationAST(document) !== null,
    };
  }

  private prepareSubscription(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    labels: ReadonlySet<string>,
  ): PreparedSubscription {
    const { authorisation } = this;
    const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
    const requirements = authorisation.requirementsOf(alone);
    return {
      kind: 'subscription',
      plan: planSubscription(this.supergraph, document, operation, { labels, requirements }),
      requirements,
      refusals: (decision, variables) =>
        authorisation.authorise(alone, decision).outcome(variables),
    };
  }

  private prepareRequest(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    labels: ReadonlySet<string>,
  ): PreparedRequest {
    const { apiSchema, fullSchema } = this.supergraph;
    const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
    const planned = keepAliasesApart(alone, fullSchema);
    const isQuery = operation.operation === OperationTypeNode.QUERY;
    // What a mutation reads is what it has written.
    const cache = isQuery ? this.cache : null;
    const plans = new ByConditions<Plan>(planned, (unconditional, variables) => {
      const node = planDocument(this.supergraph, unconditional, labels);
      if (node && !isPlanNode(node)) throw new Error('the planner made a plan of another kind');
      const run = compilePlan(node, fullSchema, cache);
      return {
        node,
        run,
        splice: spliceOf({ ...this.supergraph, cache }, planned, node, variables),
      };
    });
    const renamed = getOperationAST(planned) ?? operation;
    const scope = { apiSchema, fullSchema, document: planned, operation: renamed };
    const projection = new Projection(apiSchema, planned, renamed);
    const cacheable = cache?.operation(planned, renamed, [...labels]) ?? null;
    return {
      kind: 'request',
      operation: isQuery ? 'query' : 'mutation',
      name: operation.name?.value ?? null,
      variableDefinitions: operation.variableDefinitions ?? [],
      introspects: introspects(alone),
      requirements: this.authorisation.requirementsOf(alone),
      permitted: this.permitter(alone, labels, projection),
      cacheable: cacheable?.policy.maxAgeSeconds ? cacheable : null,
      plans,
      run: (drafts, run) => plans.for(run.variables).run(drafts, run),
      projection,
      deferred: (variables) => deferredPlan(plans.for(variables).node, variables, scope),
    };
  }

  /** Who may use the same fields shares what was prepared without the others, which are null in the answer. */
  private permitter(
    document: DocumentNode,
    labels: ReadonlySet<string>,
    projection: Projection,
  ): PreparedRequest['permitted'] {
    const known = new LRUCache<string, Authorised>({ max: KEPT_DECISIONS });
    const prepared = new WeakMap<DocumentNode, PreparedRequest>();
    const prepareCut = (cut: DocumentNode): PreparedRequest => {
      const operation = getOperationAST(cut);
      if (!operation) throw new Error('nothing is left to prepare');
      const request = prepared.get(cut) ?? {
        ...this.prepareRequest(cut, operation, labels),
        projection,
        // Its answers lack what others get of the same document, and say why.
        ...(cut !== document && { cacheable: null }),
      };
      prepared.set(cut, request);
      return request;
    };
    return (decision, variables) => {
      const authorised =
        known.get(decision.key) ?? this.authorisation.authorise(document, decision);
      known.set(decision.key, authorised);
      const { document: cut, ...refusals } = authorised.outcome(variables);
      return { operation: cut && prepareCut(cut), ...refusals };
    };
  }

  private parseValid(query: string): DocumentNode {
    const document = parseWithin(query, this.rules.limits);
    requireUnconditionalRoots(document);
    const errors = validate(this.supergraph.apiSchema, document, specifiedRules, {
      maxErrors: MAX_VALIDATION_ERRORS,
      hideSuggestions: !this.rules.isSchemaPublic,
    });
    if (errors.length === 0) return document;
    throw new RefusedOperation(errors.map((err) => withCode(err, 'GRAPHQL_VALIDATION_FAILED')));
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
