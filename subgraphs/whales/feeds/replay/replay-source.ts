import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { BulkFileError } from '../bulk/file';
import { type BulkRow, type RecordedSighting, together } from '../bulk/format';
import type { OpenedFile } from '../bulk/open';
import { pause } from '../pause';
import type { Sink, Source } from '../source';

export interface ReplayOptions {
  files: readonly OpenedFile[];
  /** What is replayed, for people. */
  title: string;
  /** 1 as recorded, 10 ten times as fast, 0 as fast as it goes. */
  speed: number;
  clock: Clock;
  log: Log;
}

export const REPLAY = 'replay';

/** Recordings are not in the order of time, so all is read before any of it is told. */
const MOST_TRANSACTIONS = 50_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Tells of recorded transactions again, in the order and at the pace of their times, which stay as they are. */
export function createReplaySource(options: ReplayOptions): Source {
  const { title, speed } = options;
  const pace =
    speed === 0 ? 'as fast as it goes' : speed === 1 ? 'as recorded' : `at ${speed} times the pace`;
  return {
    name: REPLAY,
    kind: 'REPLAY',
    description: `Replay of recorded whales (${title}), ${pace}: nothing of it happens now.`,
    run: (sink, signal) => run(options, sink, signal),
  };
}

async function run(options: ReplayOptions, sink: Sink, signal: AbortSignal): Promise<void> {
  const { speed, clock } = options;
  const recorded = await readAll(options);
  const firstTime = recorded[0]?.time ?? 0;
  const startedAt = clock();
  sink.connected();
  for (const sighting of recorded) {
    const due = speed === 0 ? -Infinity : startedAt + (sighting.time - firstTime) / speed;
    for (let early = due - clock(); early > 0 && !signal.aborted; early = due - clock()) {
      await pause(Math.min(early, LONGEST_PAUSE_MS), signal);
    }
    if (signal.aborted) return;
    await sink.seen({ ...sighting, source: REPLAY });
  }
}

/** In the order of time; those of one time as the files have them. */
async function readAll({ files, log }: ReplayOptions): Promise<RecordedSighting[]> {
  const all: RecordedSighting[] = [];
  for (const file of files) {
    for await (const sighting of together(readable(file, log))) {
      if (all.length === MOST_TRANSACTIONS) {
        log.warn({ most: MOST_TRANSACTIONS }, 'more is recorded than can be replayed at once');
        return all.sort(byTime);
      }
      all.push(sighting);
    }
  }
  return all.sort(byTime);
}

const byTime = (a: RecordedSighting, b: RecordedSighting): number => a.time - b.time;

/** What can be read of a file; how much of it is faulty is logged, and an example. */
async function* readable(file: OpenedFile, log: Log): AsyncGenerator<BulkRow> {
  let rows = 0;
  let example = '';
  const note = (row: number, faults: readonly string[]): void => {
    rows += faults.length > 0 ? 1 : 0;
    example ||= faults[0] === undefined ? '' : `row ${row}: ${faults[0]}`;
  };
  try {
    for await (const row of file.format.read(file, () => undefined)) {
      note(row.row, row.faults);
      yield row;
    }
  } catch (err) {
    if (!(err instanceof BulkFileError)) throw err;
    note(0, [err.message]);
  }
  if (rows > 0)
    log.warn({ file: file.path, rows, example }, 'something is wrong with recorded rows');
}
