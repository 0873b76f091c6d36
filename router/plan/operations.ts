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
import type { Turns } from '../guard/turns';
import type { LoadedSupergraph } from '../supergraph/load';
import { type Override, drawOverrides } from '../supergraph/overrides';
import { keepAliasesApart } from './aliases';
import { ByConditions } from './conditions';
import { type DeferredPlan, deferredPlan, withoutDefer } from './deferred';
import { RefusedOperation, refused } from './refused';
import { type Steps, type ToPlan, atOnce, leisurely, oneByOne } from './steps';
import { type SubscriptionPlan, planSubscription } from './subscription-plan';

type Variables = Readonly<Record<string, unknown>>;

/** A document that was parsed and validated. */
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
  /** Plans it for those values, if it is not: whoever joins it waits for that first. Throws RATE_LIMITED. */
  ready: (variables: Variables, payer: () => string) => Promise<void> | undefined;
  /** What a client is told of fields that the decision keeps from it. */
  refusals: (decision: Decision, variables: Variables) => Refusals;
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
    variables: Variables,
  ) => Promise<Refusals & { operation: PreparedRequest | null }>;
  /** How its answers may be kept; null where they may not. */
  cacheable: CacheableOperation | null;
  /** By the values of its conditions. */
  plans: ByConditions<Plan>;
  /** Plans it for those values, if it is not: whoever runs it waits for that first. Throws RATE_LIMITED. */
  ready: (variables: Variables, payer: () => string) => Promise<void> | undefined;
  run: RunPlan;
  projection: Projection;
  /** What comes at once and what later, where the client takes an answer in parts and defers some. */
  deferred: (variables: Variables) => DeferredPlan | null;
}

/** What an operation was prepared from. */
export interface OperationText {
  query: string;
  operationName: string | null;
}

/** Whose turn is taken and budget charged where an operation is not known yet. */
export type WhoPays = () => string | Promise<string>;

/** How an operation was asked for. */
interface Asked {
  /** The client takes parts that it defers later. */
  inParts: boolean;
  /** Of the overrides that held. */
  labels: ReadonlySet<string>;
}

/** An operation to prepare before anybody asks for it. */
export interface ExpectedOperation extends OperationText, Partial<Asked> {
  /** Values of its conditions to plan it for. */
  conditions?: readonly Variables[];
  /** How often it was asked for; as often as is known unless given. */
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

/** What is prepared, and the characters of the text that it came from. */
interface Source {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  labels: ReadonlySet<string>;
  characters: number;
}

interface OperationRules {
  limits: OperationLimits;
  costs: CostModel;
  isSchemaPublic: boolean;
  /** 0 to 1; decides for each request which subgraph a field on its way to another is asked of. */
  random: () => number;
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

  /** What is being prepared, so that those who ask for the same meanwhile wait for that. */
  private readonly underWay = new Map<string, Promise<Known>>();

  constructor(
    private readonly supergraph: LoadedSupergraph,
    private readonly authorisation: Authorisation,
    private readonly rules: OperationRules,
    private readonly turns: Turns,
    /** Null where nothing is cached. */
    private readonly cache: CachePlanner | null,
  ) {}

  /**
   * `inParts`: the client takes parts that it defers later; for others `@defer` changes nothing. What is not known
   * yet is prepared in its payer's turn. Throws RefusedOperation, RATE_LIMITED, and what `payer` throws.
   */
  prepare(
    query: string,
    operationName: string | null | undefined,
    { inParts = false, payer }: { inParts?: boolean | undefined; payer: WhoPays },
  ): Operation | Promise<Operation> {
    const name = operationName ?? null;
    const overrides = this.knownOverrides(query);
    const labels = overrides && drawOverrides(overrides, this.rules.random);
    const known = labels && this.lookUp(query, name, { inParts, labels });
    return known ? used(known) : this.prepareInTurn(query, name, inParts, payer).then(used);
  }

  /** At once, so that everybody else waits. `labels`: of the overrides that hold. Throws RefusedOperation. */
  prepareAtOnce(query: string, name: string | null, labels: ReadonlySet<string>): Operation {
    return used(atOnce(this.know(query, name, { inParts: false, labels }), this.planAtOnce));
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
      try {
        await this.warmOne(each);
      } catch (err) {
        if (!(err instanceof RefusedOperation)) throw err;
      }
    }
  }

  private async warmOne(expected: ExpectedOperation): Promise<void> {
    const { query, operationName, inParts = false, uses, labels } = expected;
    const known = await this.inSteps(this.know(query, operationName, { inParts, labels }));
    // What was asked for long ago counts less with every schema.
    if (uses !== undefined) known.uses = Math.floor(uses / 2);
    const { operation } = known;
    const { conditions = UNCONDITIONAL } = expected;
    const plans = operation.kind === 'request' ? operation.plans : operation.plan.plans;
    for (const values of conditions) {
      await plans?.ready(values, <Made>(steps: Steps<Made>) => this.inSteps(steps));
    }
  }

  private async prepareInTurn(
    query: string,
    name: string | null,
    inParts: boolean,
    payer: WhoPays,
  ): Promise<Known> {
    const key = `${inParts}\n${name ?? ''}\n${query}`;
    const who = await payer();
    const underWay = this.underWay.get(key);
    if (underWay) return underWay;
    const prepared = this.turns
      .take(who, query.length, () => this.inSteps(this.know(query, name, { inParts }), leisurely))
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, prepared);
    return prepared;
  }

  private inSteps<Result>(
    steps: Steps<Result>,
    rest?: (took: number) => Promise<void>,
  ): Promise<Result> {
    return oneByOne(steps, (asked) => this.supergraph.planning.inThread(asked), rest);
  }

  private readonly planAtOnce = (asked: ToPlan) => this.supergraph.planning.atOnce(asked);

  private *know(
    query: string,
    operationName: string | null,
    { inParts, labels }: Pick<Asked, 'inParts'> & Partial<Asked>,
  ): Steps<Known> {
    const asked = { inParts, labels: yield* this.drawn(query, labels) };
    const known = this.lookUp(query, operationName, asked);
    if (known) return known;
    const { operation, name, isAlone } = yield* this.prepareNew(query, operationName, asked);
    const made: Known = { query, operationName: name, ...asked, operation, uses: 0 };
    this.known.set(keyOf(query, isAlone ? '' : (name ?? ''), asked), made);
    return made;
  }

  private lookUp(query: string, operationName: string | null, asked: Asked): Known | undefined {
    // What stands alone is the same whether it is asked for by its name or not.
    const alone = this.known.get(keyOf(query, '', asked));
    if (alone && (!operationName || alone.operationName === operationName)) return alone;
    return operationName ? this.known.get(keyOf(query, operationName, asked)) : undefined;
  }

  /** Those of the labels that make a difference to the document; drawn anew where none are given. */
  private *drawn(query: string, labels?: ReadonlySet<string>): Steps<ReadonlySet<string>> {
    const overrides = yield* this.overridesOf(query);
    if (!labels) return drawOverrides(overrides, this.rules.random);
    return new Set(overrides.flatMap(({ label }) => (labels.has(label) ? [label] : [])));
  }

  private knownOverrides(query: string): readonly Override[] | undefined {
    return this.supergraph.overrides.areNone ? [] : this.overrides.get(query);
  }

  private *overridesOf(query: string): Steps<readonly Override[]> {
    const known = this.knownOverrides(query);
    if (known) return known;
    const document = yield* this.parseValid(query);
    const reached = this.supergraph.overrides.reachedBy(document);
    this.overrides.set(query, reached);
    return reached;
  }

  private *prepareNew(
    query: string,
    operationName: string | null,
    { labels, inParts }: Asked,
  ): Steps<{ operation: Operation; name: string | null; isAlone: boolean }> {
    const valid = yield* this.parseValid(query);
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
    yield null;
    const source = { document, operation, labels, characters: query.length };
    const prepared =
      type === OperationTypeNode.SUBSCRIPTION
        ? yield* this.prepareSubscription(source)
        : yield* this.prepareRequest(source);
    return {
      operation: { cost, ...prepared },
      name: operation.name?.value ?? null,
      isAlone: getOperationAST(document) !== null,
    };
  }

  private *prepareSubscription(source: Source): Steps<PreparedSubscription> {
    const { document, operation, labels, characters } = source;
    const { authorisation } = this;
    const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
    const requirements = authorisation.requirementsOf(alone);
    const context = { labels, requirements };
    const plan = yield* planSubscription(this.supergraph, document, operation, context);
    return {
      kind: 'subscription',
      plan,
      requirements,
      ready: (variables, payer) => plan.plans?.ready(variables, this.inTurnOf(payer, characters)),
      refusals: (decision, variables) =>
        authorisation.authorise(alone, decision).outcome(variables),
    };
  }

  private *prepareRequest(source: Source): Steps<PreparedRequest> {
    const { document, operation, labels, characters } = source;
    const { apiSchema, fullSchema } = this.supergraph;
    const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
    const planned = keepAliasesApart(alone, fullSchema);
    const isQuery = operation.operation === OperationTypeNode.QUERY;
    // What a mutation reads is what it has written.
    const cache = isQuery ? this.cache : null;
    const { planAtOnce } = this;
    const graph = { ...this.supergraph, cache };
    const make = function* (unconditional: DocumentNode, variables: Variables): Steps<Plan> {
      const node = yield { document: unconditional, labels };
      if (node && !isPlanNode(node)) throw new Error('the planner made a plan of another kind');
      const run = compilePlan(node, fullSchema, cache);
      yield null;
      return { node, run, splice: spliceOf(graph, planned, node, variables) };
    };
    const plans = new ByConditions<Plan>(planned, make, planAtOnce);
    const renamed = getOperationAST(planned) ?? operation;
    const scope = { apiSchema, fullSchema, document: planned, operation: renamed };
    yield null;
    const projection = new Projection(apiSchema, planned, renamed);
    yield null;
    const cacheable = cache?.operation(planned, renamed, [...labels]) ?? null;
    yield null;
    return {
      kind: 'request',
      operation: isQuery ? 'query' : 'mutation',
      name: operation.name?.value ?? null,
      variableDefinitions: operation.variableDefinitions ?? [],
      introspects: introspects(alone),
      requirements: this.authorisation.requirementsOf(alone),
      permitted: this.permitter({ ...source, document: alone }, projection),
      cacheable: cacheable?.policy.maxAgeSeconds ? cacheable : null,
      plans,
      ready: (variables, payer) => plans.ready(variables, this.inTurnOf(payer, characters)),
      run: (drafts, run) => plans.for(run.variables).run(drafts, run),
      projection,
      deferred: (variables) => deferredPlan(plans.for(variables).node, variables, scope),
    };
  }

  private inTurnOf(payer: () => string, characters: number) {
    return <Made>(steps: Steps<Made>): Promise<Made> =>
      this.turns.take(payer(), characters, () => this.inSteps(steps, leisurely));
  }

  /** Who may use the same fields shares what was prepared without the others, which are null in the answer. */
  private permitter(source: Source, projection: Projection): PreparedRequest['permitted'] {
    const { document } = source;
    const known = new LRUCache<string, Authorised>({ max: KEPT_DECISIONS });
    const prepared = new WeakMap<DocumentNode, Promise<PreparedRequest>>();
    const prepareCut = (cut: DocumentNode): Promise<PreparedRequest> => {
      const operation = getOperationAST(cut);
      if (!operation) throw new Error('nothing is left to prepare');
      const request =
        prepared.get(cut) ??
        this.inSteps(this.prepareRequest({ ...source, document: cut, operation }), leisurely).then(
          (each) => ({
            ...each,
            projection,
            // Its answers lack what others get of the same document, and say why.
            ...(cut !== document && { cacheable: null }),
          }),
        );
      prepared.set(cut, request);
      return request;
    };
    return async (decision, variables) => {
      const authorised =
        known.get(decision.key) ?? this.authorisation.authorise(document, decision);
      known.set(decision.key, authorised);
      const { document: cut, ...refusals } = authorised.outcome(variables);
      return { operation: cut && (await prepareCut(cut)), ...refusals };
    };
  }

  private *parseValid(query: string): Steps<DocumentNode> {
    const document = parseWithin(query, this.rules.limits);
    requireUnconditionalRoots(document);
    yield null;
    const errors = validate(this.supergraph.apiSchema, document, specifiedRules, {
      maxErrors: MAX_VALIDATION_ERRORS,
      hideSuggestions: !this.rules.isSchemaPublic,
    });
    yield null;
    if (errors.length === 0) return document;
    throw new RefusedOperation(errors.map((err) => withCode(err, 'GRAPHQL_VALIDATION_FAILED')));
  }
}

const keyOf = (query: string, name: string, { inParts, labels }: Asked): string =>
  `${inParts}\n${[...labels].join('\n')}\n${name}\n${query}`;

function used(known: Known): Operation {
  known.uses += 1;
  return known.operation;
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
