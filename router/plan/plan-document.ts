import { operationFromDocument } from '@apollo/federation-internals';
import type { PlanNode, SubscriptionNode } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { LoadedSupergraph } from '../supergraph/load';
import { conditionsOf } from '../supergraph/overrides';
import { tellObjectsApart } from './interface-objects';

/** Plans the one operation of a valid document; `labels` are of the overrides that hold. */
export function planDocument(
  { planner, supergraph, apiSchema, interfaceObjects }: LoadedSupergraph,
  document: DocumentNode,
  labels: ReadonlySet<string>,
): PlanNode | SubscriptionNode | undefined {
  const told = tellObjectsApart(document, apiSchema, interfaceObjects);
  const operation = operationFromDocument(supergraph.apiSchema(), told, { validate: false });
  return planner.buildQueryPlan(operation, { overrideConditions: conditionsOf(labels) }).node;
}
