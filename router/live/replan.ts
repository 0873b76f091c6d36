import { print } from 'graphql';
import { canonicalJson } from '../plan/canonical-json';
import type { ExpectedOperation } from '../plan/operations';
import { RefusedOperation } from '../plan/refused';
import { RESUME_VARIABLE } from '../plan/resume-argument';
import { type Element, SPLIT_VARIABLE } from '../plan/split-argument';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import { coerceVariables } from '../plan/variables';
import type { Stream, StreamSource } from './stream';

/** The operation as a new schema plans it, with those overrides. Throws RefusedOperation where it does not fit any more. */
export type PlanAnew = (
  query: string,
  operationName: string | null,
  labels: ReadonlySet<string>,
) => SubscriptionPlan;

/** What `plannedAnew` is going to be asked for, so that it can be planned before. */
export function expectedFor(
  streams: readonly Pick<Stream, 'plan' | 'source'>[],
): ExpectedOperation[] {
  const conditions = new Map<SubscriptionPlan['document'], StreamSource['variables'][]>();
  const expected: ExpectedOperation[] = [];
  for (const { plan, source } of streams) {
    const { document, name: operationName, labels } = plan;
    const known = conditions.get(document);
    known?.push(source.variables);
    if (known) continue;
    const first = [source.variables];
    conditions.set(document, first);
    expected.push({ query: print(document), operationName, labels, conditions: first });
  }
  return expected;
}

export const plannedAnew = (
  { document, name, labels }: SubscriptionPlan,
  planAnew: PlanAnew,
): SubscriptionPlan | undefined => attempt(() => planAnew(print(document), name, labels));

/** Undefined where the operation does not fit. */
export function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (err) {
    if (err instanceof RefusedOperation) return undefined;
    throw err;
  }
}

export const isSame = (former: SubscriptionPlan, next: SubscriptionPlan): boolean =>
  former.key === next.key &&
  former.subgraph === next.subgraph &&
  former.upstreamQuery === next.upstreamQuery &&
  former.joinText === next.joinText &&
  former.access === next.access &&
  canonicalJson([former.rules, former.root]) === canonicalJson([next.rules, next.root]);

const OWN_VARIABLES = new Set([SPLIT_VARIABLE, RESUME_VARIABLE]);

/** Whether the variables are still what the schema asks for. */
export const fits = (plan: SubscriptionPlan, { variables }: StreamSource): boolean =>
  attempt(() =>
    coerceVariables(
      plan.schema,
      plan.definitions.filter(({ variable }) => !OWN_VARIABLES.has(variable.name.value)),
      variables,
    ),
  ) !== undefined;

/** What a client would give now for the document of a stream. */
export function givenFor(
  { plan, source, cursor }: Stream,
  elements: readonly Element[],
): Readonly<Record<string, unknown>> {
  if (plan.resume) return { ...source.variables, [RESUME_VARIABLE]: cursor };
  if (!plan.split) return source.variables;
  const [only, ...others] = elements;
  const list = others.length === 0 ? only?.value : elements.flatMap(({ value }) => value);
  return { ...source.variables, [SPLIT_VARIABLE]: list };
}
