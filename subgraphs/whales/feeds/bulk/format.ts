import type { OnBytes } from '@spyhop/platform/file-bytes';
import type { Chains } from '../../rules/chains';
import type { FlowMinute } from '../../rules/recorded-flows';
import type { Sighting } from '../../rules/whale';

/** A transaction as a file tells of it; who saw it is for the reader to say. */
export type RecordedSighting = Omit<Sighting, 'source'>;

/** A row of a recorded file. */
export interface BulkRow {
  /** Its line; in a list its place, from 1. */
  row: number;
  /** Null where it tells of nothing that has moved, or cannot be used. */
  sighting: RecordedSighting | null;
  /** What it tells of flows that somebody else has added up. */
  flow?: FlowMinute;
  /** What is wrong with it, also where the rest of it can be used. */
  faults: string[];
}

export interface BulkFile {
  path: string;
  /** Without its folder. */
  name: string;
  /** Of what it holds, unpacked: some thousand characters. */
  beginning: string;
}

/** One way in which whales are recorded. */
export interface BulkFormat {
  /** Stands behind `import:` as the source, e.g. whale-alert. */
  readonly name: string;
  /** For people: what its rows are. */
  readonly rows: string;
  /** Whether a file is one, by its name and beginning. */
  holds(file: BulkFile): boolean;
  /** Its rows in order, of chains that are known. Fails with BulkFileError where the rest cannot be read. */
  read(file: BulkFile, onBytes: OnBytes, chains: Chains): AsyncGenerator<BulkRow>;
}

/** A row that cannot be used, and why. */
export const faulty = (row: number, fault: string): BulkRow => ({
  ...{ row, sighting: null },
  faults: [fault],
});

/** What rows tell of: those of one transaction that follow each other are its legs. */
export async function* together(rows: AsyncIterable<BulkRow>): AsyncGenerator<RecordedSighting> {
  let held = null as RecordedSighting | null;
  for await (const { sighting } of rows) {
    if (sighting === null) continue;
    const before: RecordedSighting | null = held;
    if (before?.chain === sighting.chain && before.hash === sighting.hash) {
      held = { ...before, legs: [...before.legs, ...sighting.legs] };
      continue;
    }
    if (before !== null) yield before;
    held = sighting;
  }
  if (held !== null) yield held;
}
