import { operationFromDocument } from '@apollo/federation-internals';
import { type FetchNode, type PlanNode, isPlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLOutputType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  getNamedType,
  getNullableType,
  isListType,
  parse,
  print,
  separateOperations,
} from 'graphql';
import type { LoadedSupergraph } from '../supergraph/load';
import { conditionsOf } from '../supergraph/overrides';

/**
 * What one event of the root field is:
 * the newest state of one entity, of several, or a whole of which only the newest counts.
 */
export type EventShape = 'entity' | 'entities' | 'whole';

/** A subscription that was planned: what to ask of its subgraph, and what to join onto each event. */
export interface SubscriptionPlan {
  /** Equal for operations that ask for the same, whatever they are called and however written. */
  key: string;
  /** The one operation with its fragments. */
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** The root field's key in the response. */
  responseName: string;
  shape: EventShape;
  /** Response keys, within the root field, of the entity's key; they are ours, not the client's. */
  keyFields: readonly string[];
  primary: FetchNode;
  /** What the upstream subscription asks for: `primary` and the entity's key. */
  upstreamQuery: string;
  rest: PlanNode | undefined;
}

const KEY_ALIAS = '_routerKey';

/** Plans a valid subscription. */
export function planSubscription(
  supergraph: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  /** Of the overrides that hold. */
  labels: ReadonlySet<string>,
): SubscriptionPlan {
  const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  const { primary, rest } = plan(supergraph, alone, labels);
  const upstream = parse(primary.operation);
  const root = rootField(upstream);
  const type = rootType(supergraph, root);
  const keys = entityKeys(supergraph, primary.serviceName, getNamedType(type).name);
  return {
    key: [...labels, print(withoutName(alone))].join('\n'),
    document: alone,
    operation,
    responseName: root.alias?.value ?? root.name.value,
    shape: keys.length === 0 ? 'whole' : isListType(getNullableType(type)) ? 'entities' : 'entity',
    keyFields: keys.map(({ alias }) => alias?.value ?? ''),
    primary,
    upstreamQuery: print(withSelections(upstream, root, keys)),
    rest,
  };
}

function plan(
  { planner, supergraph }: LoadedSupergraph,
  document: DocumentNode,
  labels: ReadonlySet<string>,
): { primary: FetchNode; rest: PlanNode | undefined } {
  const { node } = planner.buildQueryPlan(
    operationFromDocument(supergraph.apiSchema(), document, { validate: false }),
    { overrideConditions: conditionsOf(labels) },
  );
  if (!node || isPlanNode(node)) throw new Error('the planner made no subscription plan');
  return { primary: node.primary, rest: node.rest };
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

/** The first key that the subgraph declares for that type, each of its fields under an alias of ours. */
function entityKeys(
  { supergraph }: LoadedSupergraph,
  subgraph: string,
  typeName: string,
): FieldNode[] {
  const type = supergraph.subgraphs().get(subgraph)?.schema.type(typeName);
  const [key] = type?.appliedDirectivesOf('key') ?? [];
  if (!key) return [];
  const { fields } = key.arguments() as { fields: string };
  const [parsed] = parse(`{${fields}}`).definitions;
  if (parsed?.kind !== Kind.OPERATION_DEFINITION) return [];
  return parsed.selectionSet.selections
    .filter((selection) => selection.kind === Kind.FIELD)
    .map((field, index) => ({
      ...field,
      alias: { kind: Kind.NAME, value: `${KEY_ALIAS}${index}` },
    }));
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
