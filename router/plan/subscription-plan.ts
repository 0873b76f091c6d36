import { type SubscriptionNode, isPlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
  getNamedType,
  getNullableType,
  getOperationAST,
  isListType,
  isNonNullType,
  parse,
  print,
  separateOperations,
} from 'graphql';
import { type RunPlan, compilePlan } from '../execute/compile-plan';
import { Projection } from '../execute/projection';
import type { Requirements } from '../guard/authorise';
import type { LoadedSupergraph } from '../supergraph/load';
import { keepAliasesApart } from './aliases';
import { ByConditions, conditionsIn } from './conditions';
import { subgraphsIn } from './plan-subgraphs';
import { type LiveRules, keySelections, liveRulesOf } from './live-rules';
import { IN_PLACE_OF_CURSOR, type Resume, resumableDocument } from './resume-argument';
import { variablesOf } from './root-arguments';
import { IN_PLACE_OF_LIST, type Split, splitDocument } from './split-argument';
import type { Steps } from './steps';

/** A subscription that was planned: what to ask of its subgraph, and what to join onto each event. */
export interface SubscriptionPlan extends Fetches {
  /** Equal for operations that ask for the same, whatever they are called and however their list is written. */
  key: string;
  /** What clients see. */
  schema: GraphQLSchema;
  /** The one operation with its fragments, a variable in the place of what it is split by or resumed after. */
  document: DocumentNode;
  /** As the client named it; null where it did not. */
  name: string | null;
  /** The variables that the client declared. */
  definitions: readonly VariableDefinitionNode[];
  /** Those of them that results depend on. */
  usedVariables: ReadonlySet<string>;
  split: Split | null;
  resume: Resume | null;
  projection: Projection;
  /** Of the overrides that hold for it, of those that make a difference to it. */
  labels: ReadonlySet<string>;
  /** What its fields require of who asks, as JSON: who may follow it may follow what requires the same. */
  access: string;
  /** What it fetches, by the values of its conditions; null where it has none. */
  plans: ByConditions<Fetches> | null;
  /** It as it is planned for those values of the conditions. */
  under: (variables: Readonly<Record<string, unknown>>) => SubscriptionPlan;
}

/** What is asked of subgraphs, and what their answers are for. */
interface Fetches {
  rules: LiveRules;
  root: RootField;
  /** Response keys, within the root field, of what tells events apart; they are ours, not the client's. */
  keyFields: readonly string[];
  /** Response key, within the root field, of an event's cursor, which is ours too; null where events have none. */
  cursorField: string | null;
  /** The subgraph that the root field is of. */
  subgraph: string;
  /** It, and those whose fields are joined. */
  subgraphs: readonly string[];
  /** What is asked of it: the plan's primary fetch and the key. */
  upstreamQuery: string;
  upstreamOperation: string | undefined;
  upstreamVariables: readonly string[];
  /** Adds what other subgraphs know to events; null where they are not asked. */
  join: RunPlan | null;
  /** What is asked of the root field's subgraph for a subscription, and of others for each event. */
  node: SubscriptionNode;
  /** The plan of that as JSON: equal plans join alike. */
  joinText: string;
}

/** The root field as the response has it. */
export interface RootField {
  /** Its key in the response. */
  key: string;
  required: boolean;
  /** Its items are told apart by a key; false for anything that is no list. */
  isKeyedList: boolean;
  itemRequired: boolean;
}

interface PlanningContext {
  /** Of the overrides that hold. */
  labels: ReadonlySet<string>;
  /** What its fields require of who asks. */
  requirements: Requirements | null;
}

const KEY_ALIAS = '_routerKey';
const CURSOR_ALIAS = '_routerCursor';

/** Plans a valid subscription. */
export function* planSubscription(
  supergraph: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { labels, requirements }: PlanningContext,
): Steps<SubscriptionPlan> {
  const { apiSchema } = supergraph;
  const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  const rulesOf = (name: string) => liveRulesOf(supergraph.supergraph, name);
  const served = splitDocument(apiSchema, alone, (name) => rulesOf(name).splitBy);
  const resumed = resumableDocument(apiSchema, alone, (name) => rulesOf(name).resumable);
  const shown = served?.document ?? resumed?.document ?? alone;
  const apart = keepAliasesApart(shown, supergraph.fullSchema);
  const fetchesOf = (of: DocumentNode): Steps<Fetches> => planFetches(supergraph, of, labels);
  const plans =
    conditionsIn(apart).length > 0
      ? new ByConditions(apart, fetchesOf, (asked) => supergraph.planning.atOnce(asked))
      : null;
  yield null;
  const planned: SubscriptionPlan = {
    ...(yield* fetchesOf(apart)),
    key: [...labels, print(withoutName(shown))].join('\n'),
    schema: apiSchema,
    document: shown,
    name: operation.name?.value ?? null,
    definitions: operation.variableDefinitions ?? [],
    usedVariables: variablesOf(shown, IN_PLACE_OF_LIST, IN_PLACE_OF_CURSOR),
    split: served?.split ?? null,
    resume: resumed?.resume ?? null,
    projection: new Projection(apiSchema, apart, getOperationAST(apart) ?? operation),
    labels,
    access: JSON.stringify(requirements),
    plans,
    under: (variables) => (plans ? { ...planned, ...plans.for(variables) } : planned),
  };
  return planned;
}

function* planFetches(
  supergraph: LoadedSupergraph,
  document: DocumentNode,
  labels: ReadonlySet<string>,
): Steps<Fetches> {
  const node = yield { document, labels };
  if (!node || isPlanNode(node)) throw new Error('the planner made no subscription plan');
  const { primary, rest } = node;
  const upstream = parse(primary.operation, { noLocation: true });
  const root = rootField(upstream);
  const rules = liveRulesOf(supergraph.supergraph, root.name.value);
  const type = rootType(supergraph, root);
  const keys = keyFields(supergraph, primary.serviceName, type, rules);
  const cursor = rules.resumable && aliased(CURSOR_ALIAS, rules.resumable.cursor);
  const added = cursor ? [...keys, cursor] : keys;
  const upstreamQuery = print(withSelections(upstream, root, added));
  return {
    rules,
    root: describeRoot(root, type, keys.length > 0),
    keyFields: keys.map(({ alias }) => alias?.value ?? ''),
    cursorField: cursor?.alias?.value ?? null,
    subgraph: primary.serviceName,
    subgraphs: [...new Set([primary.serviceName, ...subgraphsIn(rest)])],
    upstreamQuery,
    upstreamOperation: primary.operationName,
    upstreamVariables: primary.variableUsages ?? [],
    join: rest ? compilePlan(rest, supergraph.fullSchema) : null,
    node: { ...node, primary: { ...primary, operation: upstreamQuery } },
    joinText: JSON.stringify(rest ?? null),
  };
}

function rootField(document: DocumentNode): FieldNode {
  const [operation] = document.definitions;
  const [field] =
    operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  if (field?.kind !== Kind.FIELD) throw new Error('the primary fetch starts with no field');
  return field;
}

function rootType({ fullSchema }: LoadedSupergraph, root: FieldNode): GraphQLOutputType {
  const field = fullSchema.getSubscriptionType()?.getFields()[root.name.value];
  if (!field) throw new Error(`the supergraph has no subscription ${root.name.value}`);
  return field.type;
}

function describeRoot(field: FieldNode, type: GraphQLOutputType, hasKey: boolean): RootField {
  const list = getNullableType(type);
  return {
    key: field.alias?.value ?? field.name.value,
    required: isNonNullType(type),
    isKeyedList: hasKey && isListType(list),
    itemRequired: isListType(list) && isNonNullType(list.ofType),
  };
}

/** What tells the events apart of which only the newest count, each field under an alias of ours. */
function keyFields(
  supergraph: LoadedSupergraph,
  subgraph: string,
  type: GraphQLOutputType,
  { conflate, replayLast }: LiveRules,
): FieldNode[] {
  // A list that is queued stays as it is: its items are not told apart.
  const hasKey = conflate ?? (replayLast && !isListType(getNullableType(type)));
  if (!hasKey) return [];
  const selections = conflate?.key ?? entityKey(supergraph, subgraph, getNamedType(type).name);
  return selections
    .filter((selection) => selection.kind === Kind.FIELD)
    .map((field, index) => ({
      ...field,
      alias: { kind: Kind.NAME, value: `${KEY_ALIAS}${index}` },
    }));
}

const aliased = (alias: string, name: string): FieldNode => ({
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: alias },
  name: { kind: Kind.NAME, value: name },
});

/** The first key that the subgraph declares for that type. */
function entityKey(
  { supergraph }: LoadedSupergraph,
  subgraph: string,
  typeName: string,
): readonly SelectionNode[] {
  const type = supergraph.subgraphs().get(subgraph)?.schema.type(typeName);
  const [key] = type?.appliedDirectivesOf('key') ?? [];
  return key ? keySelections((key.arguments() as { fields: string }).fields) : [];
}

function withSelections(
  document: DocumentNode,
  root: FieldNode,
  added: readonly SelectionNode[],
): DocumentNode {
  if (added.length === 0 || !root.selectionSet) return document;
  const extended: FieldNode = {
    ...root,
    selectionSet: {
      ...root.selectionSet,
      selections: [...root.selectionSet.selections, ...added],
    },
  };
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? { ...definition, selectionSet: { ...definition.selectionSet, selections: [extended] } }
        : definition,
    ),
  };
}

const withoutName = (document: DocumentNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? { ...definition, name: undefined } : definition,
  ),
});
