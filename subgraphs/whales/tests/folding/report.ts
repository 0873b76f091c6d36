import { FOLD_REASONS } from '../../rules/folding/fold';
import type { Cases } from './case';
import { generatedCases } from './generated';
import { type Measured, type Score, measure, precisionOf, recallOf } from './measure';
import { hasRecordings, recordedCases } from './recorded';
import { simulatedCases } from './simulated';

/** Three days of the simulation, and sixty of each made-up story within ten days. */
const SLOTS = 432;
const OF_EACH_STORY = 60;
const DAYS = 10;

export interface Reported {
  name: string;
  isRecorded: boolean;
  measured: Measured;
}

const reported =
  (isRecorded: boolean) =>
  ({ name, transactions }: Cases): Reported => ({
    ...{ name, isRecorded },
    measured: measure(transactions),
  });

/** How well all labelled cases are folded; recorded ones where this machine has them. */
export const report = (): Reported[] => [
  ...[simulatedCases(SLOTS), generatedCases(OF_EACH_STORY, DAYS)].map(reported(false)),
  ...(hasRecordings() ? recordedCases() : []).map(reported(true)),
];

const HEAD = ['Cases', 'Transactions', 'Reason', 'Precision', 'Recall'];

/** One row for each reason that occurs, and one for all of them. */
function rowsOf({ name, measured }: Reported): string[][] {
  const reasons = FOLD_REASONS.filter((reason) => {
    const { found, wanted } = measured.byReason[reason];
    return found + wanted > 0;
  });
  const all = [...[name, String(measured.transactions), 'all'], ...figuresOf(measured.overall)];
  return [
    all,
    ...reasons.map((reason) => ['', '', reason, ...figuresOf(measured.byReason[reason])]),
  ];
}

const figuresOf = (score: Score): string[] => [
  figureOf(precisionOf(score), score.right, score.found),
  figureOf(recallOf(score), score.right, score.wanted),
];

const figureOf = (share: number, right: number, of: number): string =>
  of === 0 ? 'no case' : `${share.toFixed(3)} (${right} of ${of})`;

/** As it stands in docs/whales.md, laid out as Prettier does. */
export function tableOf(all: readonly Reported[]): string {
  const rows = [HEAD, ...all.flatMap(rowsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
