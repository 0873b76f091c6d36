import { type Path, isObject } from '../execute/data';
import { type PathError, publicError } from '../execute/errors';
import type { SubscriptionPlan } from '../plan/subscription-plan';

/** A result as a subgraph sends it over a subscription. */
export interface UpstreamResult {
  data?: unknown;
  errors?: readonly unknown[];
}

/** An event, or one item of an event that is a list. */
export interface EventItem {
  /** The upstream subscription that it came from. */
  element: string;
  /** Equal for events of which only the newest counts. */
  id: string;
  hasKey: boolean;
  /** Where a subscription that has it goes on; null where events have no cursors. */
  cursor: string | null;
  /** It is one item of a list. */
  isItem: boolean;
  value: unknown;
  /** Their paths start at the value; without a path they concern all of it. */
  errors: readonly PathError[];
}

/** Reads what a subgraph sent for an element of a stream. */
export function readEvent(
  plan: SubscriptionPlan,
  element: string,
  { data, errors = [] }: UpstreamResult,
): EventItem[] {
  const value = isObject(data) ? (data[plan.root.key] ?? null) : null;
  const shown = errors.map((error) => publicError(error, pathOf(error)));
  if (plan.root.isKeyedList && Array.isArray(value) && value.length > 0) {
    return readList(plan, element, value, shown);
  }
  const key = keyOf(plan, value);
  return [
    {
      element,
      id: idOf(element, key ?? ''),
      hasKey: key !== undefined,
      cursor: cursorIn(plan, value),
      isItem: false,
      value,
      errors: shown.map((error) => below(error, 1)),
    },
  ];
}

/** The cursor of the event in a result; null where there is none. */
export const cursorOf = (plan: SubscriptionPlan, { data }: UpstreamResult): string | null =>
  isObject(data) ? cursorIn(plan, data[plan.root.key]) : null;

function cursorIn({ cursorField }: SubscriptionPlan, value: unknown): string | null {
  const cursor = cursorField !== null && isObject(value) ? value[cursorField] : null;
  return typeof cursor === 'string' ? cursor : null;
}

function readList(
  plan: SubscriptionPlan,
  element: string,
  values: readonly unknown[],
  errors: readonly PathError[],
): EventItem[] {
  const ofItem = new Map<number, PathError[]>();
  for (const error of errors) {
    const index = Number(error.path?.[1] ?? 0);
    const known = ofItem.get(index);
    if (known) known.push(below(error, 2));
    else ofItem.set(index, [below(error, 2)]);
  }
  return values.map((value, index) => {
    const key = keyOf(plan, value);
    return {
      element,
      id: idOf(element, key ?? String(index)),
      hasKey: key !== undefined,
      cursor: null,
      isItem: true,
      value,
      errors: ofItem.get(index) ?? [],
    };
  });
}

function keyOf({ keyFields }: SubscriptionPlan, value: unknown): string | undefined {
  if (!isObject(value) || keyFields.length === 0) return undefined;
  const parts = keyFields.map((field) => value[field]);
  return parts.some((part) => part === undefined) ? undefined : JSON.stringify(parts);
}

const idOf = (element: string, key: string): string => `${element}\n${key}`;

const pathOf = (error: unknown): Path | undefined =>
  isObject(error) && Array.isArray(error['path']) ? (error['path'] as Path) : undefined;

/** The error as seen from `steps` further down. */
const below = (error: PathError, steps: number): PathError =>
  error.path ? { ...error, path: error.path.slice(steps) } : error;
