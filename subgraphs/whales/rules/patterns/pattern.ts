import type { DecimalText } from '../exact';

export const PATTERN_RULES = [
  'ACCUMULATION',
  'DISTRIBUTION',
  'DORMANT_WAKING',
  'DORMANT_COINS',
  'EXCHANGE_INFLOW_SPIKE',
  'EXCHANGE_OUTFLOW_SPIKE',
  'MINT',
  'BURN',
  'SERIES',
] as const;
export type PatternRule = (typeof PATTERN_RULES)[number];

/** A figure that a rule has looked at. */
export interface PatternFigure {
  /** What it is, with its unit where it is no bare number, e.g. netUsd, idleDays. */
  name: string;
  value: DecimalText;
}

/** Something worth knowing in what large transactions do together. */
export interface Pattern {
  /** The same whenever the rule finds the same thing again. */
  id: string;
  rule: PatternRule;
  symbol: string;
  /** When it first showed; epoch ms. */
  time: number;
  /** Against the asset's own history, see `Score`; null while that is too short to tell. */
  score: number | null;
  /** A sentence for people. */
  explanation: string;
  figures: PatternFigure[];
  /** Transactions that make it, the newest first; empty where all of the hour's flows do. */
  members: { chain: string; hash: string }[];
}

/** Most transactions that are kept with a pattern. */
export const MOST_MEMBERS = 50;

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** Nobody calls a shorter rest dormant. */
export const DORMANT_MS = 30 * DAY_MS;

/** The day (UTC) of a time, as a name. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** A plain number, with at most two decimals. */
export const rounded = (value: number): DecimalText => String(Math.round(value * 100) / 100);
