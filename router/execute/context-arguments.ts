import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { stepsTo } from './at';
import type { Target } from './compile-plan';
import { type Data, isObject } from './data';
import { matchesType } from './rewrites';

type ContextRewrites = NonNullable<FetchNode['contextRewrites']>;

/** Targets that a subgraph is told the same about, and what that is by variable. */
export interface ContextGroup {
  values: Data;
  targets: readonly Target[];
}

const PARENT = '..';
const FRAGMENT = '... on ';

/** Finds for every target the values above it that its fields take as arguments (`@fromContext`). */
export function groupByContext(
  rewrites: ContextRewrites,
  targets: readonly Target[],
  schema: GraphQLSchema,
): readonly ContextGroup[] {
  const groups = new Map<string, { values: Data; targets: Target[] }>();
  for (const target of targets) {
    const values = contextOf(rewrites, target, schema);
    const key = JSON.stringify(values);
    const known = groups.get(key);
    if (known) known.targets.push(target);
    else groups.set(key, { values, targets: [target] });
  }
  return [...groups.values()];
}

function contextOf(rewrites: ContextRewrites, target: Target, schema: GraphQLSchema): Data {
  const places = [...ownersOf(target), target.object];
  const values: Data = {};
  for (const { path, renameKeyTo } of rewrites) {
    const levels = path.filter((step) => step === PARENT).length;
    const below = path.slice(levels);
    values[renameKeyTo] ??= valueAt(places[places.length - 1 - levels], below, schema) ?? null;
  }
  return values;
}

/** The objects whose fields lead to the target, from the root on. */
function ownersOf({ draft, at }: Target): readonly unknown[] {
  const owners: unknown[] = [];
  let value: unknown = draft.data;
  for (const step of stepsTo(at)) {
    if (typeof step === 'string') owners.push(value);
    value = (value as Record<string | number, unknown>)[step];
  }
  return owners;
}

function valueAt(value: unknown, path: readonly string[], schema: GraphQLSchema): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (!isObject(value)) return undefined;
  if (!step.startsWith(FRAGMENT)) return valueAt(value[step], rest, schema);
  const condition = step.slice(FRAGMENT.length);
  const applies = value['__typename'] === undefined || matchesType(schema, value, condition);
  return applies ? valueAt(value, rest, schema) : undefined;
}
