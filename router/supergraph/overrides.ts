import { parse, visit } from 'graphql';

/**
 * A field that moves from one subgraph to another for a share of the requests (`@override` with a label,
 * https://www.apollographql.com/docs/graphos/schema-design/guides/migrate-fields).
 */
export interface Override {
  label: string;
  /** 0 to 100. */
  percent: number;
}

const PERCENT = /^percent\((\d{1,3}(?:\.\d+)?)\)$/;

/** The labels that say how many requests they hold for; others hold for none. */
export function overridesIn(sdl: string): readonly Override[] {
  const labels = new Set<string>();
  visit(parse(sdl, { noLocation: true }), {
    Argument: ({ name, value }) => {
      if (name.value === 'overrideLabel' && value.kind === 'StringValue') labels.add(value.value);
    },
  });
  return [...labels].flatMap((label) => {
    const percent = PERCENT.exec(label)?.[1];
    return percent === undefined ? [] : [{ label, percent: Number(percent) }];
  });
}

const NO_LABELS: ReadonlySet<string> = new Set();

/** The labels that hold for one request; `random` gives 0 to 1. */
export const drawOverrides = (
  overrides: readonly Override[],
  random: () => number,
): ReadonlySet<string> =>
  overrides.length === 0
    ? NO_LABELS
    : new Set(
        overrides.filter(({ percent }) => random() * 100 < percent).map(({ label }) => label),
      );

/** The same, as the planner takes it. */
export const conditionsOf = (labels: ReadonlySet<string>): Map<string, boolean> =>
  new Map([...labels].map((label) => [label, true]));
