import { parentPort, workerData } from 'node:worker_threads';
import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
  operationFromDocument,
} from '@apollo/federation-internals';
import { type PlanNode, QueryPlanner, type SubscriptionNode } from '@apollo/query-planner';
import { type DocumentNode, parse } from 'graphql';

// It is what a planner's thread runs as well, also where tests run the sources: it imports packages alone.

/** Undefined where there is nothing to ask of subgraphs. */
export type PlannedNode = PlanNode | SubscriptionNode | undefined;

/** Values of the conditions of `@override`, by label. */
export type OverrideValues = ReadonlyMap<string, boolean>;

/** Plans the one operation of a valid document. */
export type MakePlan = (document: DocumentNode, overrides: OverrideValues) => PlannedNode;

/** What a planner's thread is asked. */
export interface ThreadRequest {
  text: string;
  overrides: OverrideValues;
}

/** What it answers. */
export type ThreadAnswer = { node: PlannedNode } | { fault: string };

/** Of a thread that is to plan. */
export interface ThreadData {
  plannerSdl: string;
}

/** Throws where the SDL is no composed supergraph. */
export const parseSupergraph = (sdl: string): Supergraph =>
  Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });

/** Plans by a supergraph; what it takes to know of it is found out at once. */
export function planBy(supergraph: Supergraph): MakePlan {
  const planner = new QueryPlanner(supergraph, { incrementalDelivery: { enableDefer: true } });
  return (document, overrides) => {
    const operation = operationFromDocument(supergraph.apiSchema(), document, { validate: false });
    const overrideConditions = new Map(overrides);
    return planner.buildQueryPlan(operation, { overrideConditions }).node;
  };
}

/** Answers one request after the other. */
function servePlans(sdl: string): void {
  const plan = planBy(parseSupergraph(sdl));
  const answer = ({ text, overrides }: ThreadRequest): ThreadAnswer => {
    try {
      return { node: plan(parse(text, { noLocation: true }), overrides) };
    } catch (err) {
      return { fault: err instanceof Error ? (err.stack ?? err.message) : String(err) };
    }
  };
  parentPort?.on('message', (asked: ThreadRequest) => parentPort?.postMessage(answer(asked)));
}

const { plannerSdl } = (workerData ?? {}) as Partial<ThreadData>;
if (plannerSdl !== undefined) servePlans(plannerSdl);
