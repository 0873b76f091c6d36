import type { Log } from '@spyhop/platform/log';
import type { Chains } from '../../rules/chains';
import { BulkFileError } from '../bulk/file';
import { type BulkRow, type RecordedSighting, together } from '../bulk/format';
import type { OpenedFile } from '../bulk/open';
import type { Outside } from '../outside';
import type { Recording } from '../recording/read';
import type { Followed } from '../recording/wire';
import type { PrintSink, PrintSource, Sink, Source } from '../source';
import type { Replayed } from './open';
import { type Pace, paced } from './pace';
import { Playback } from './playback';
import { ReplayNotes } from './replay-notes';

export interface ReplayOptions extends Pace, Replayed {
  /** What is replayed, for people. */
  title: string;
  /** The sources that a recording is of, on what stands in for the world. */
  follow: (followed: Followed, outside: Outside) => { live: Source[]; prints: PrintSource | null };
  chains: Chains;
  log: Log;
}

export const REPLAY = 'replay';
export const REPLAY_PRINTS = 'replay-prints';
/** What stands beside a replay that has ended. */
export const PLAYED = 'It has been played to its end.';

/** Lists are not in the order of time, so all is read before any of it is told. */
const MOST_TRANSACTIONS = 50_000;

/**
 * Tells of recorded transactions again, in the order and at the pace of their times, which stay as they are. What
 * sources have heard goes through the same sources once more; its large trades are told by `prints`, which has to run
 * by then.
 */
export function createReplay(options: ReplayOptions): {
  source: Source;
  /** Null where nothing of it is to be had. */
  prints: PrintSource | null;
} {
  const { title, speed, recordings } = options;
  const pace =
    speed === 0 ? 'as fast as it goes' : speed === 1 ? 'as recorded' : `at ${speed} times the pace`;
  let printSink: PrintSink | null = null;
  return {
    source: {
      name: REPLAY,
      kind: 'REPLAY',
      description: `Replay of recorded whales (${title}), ${pace}: nothing of it happens now.`,
      run: async (sink, signal) => {
        sink.connected();
        const notes = new ReplayNotes(options.log, (note) => sink.connected(note));
        await Promise.all([
          tellListed(options, sink, signal),
          playAll(options, { sink, printSink, notes }, signal),
        ]);
        if (!signal.aborted) printSink?.disconnected(PLAYED);
      },
    },
    prints: recordings.some(({ followed }) => followed.prints !== null)
      ? {
          name: REPLAY_PRINTS,
          kind: 'REPLAY',
          run: (sink, signal) => {
            printSink = sink;
            sink.connected();
            return new Promise((resolve) =>
              signal.addEventListener('abort', () => resolve(), { once: true }),
            );
          },
        }
      : null,
  };
}

interface Told {
  sink: Sink;
  printSink: PrintSink | null;
  notes: ReplayNotes;
}

/** Recordings side by side, as they were made; one after the other where no pace is kept. */
async function playAll(options: ReplayOptions, told: Told, signal: AbortSignal): Promise<void> {
  const { recordings, speed } = options;
  const until = paced(options, recordings[0]?.firstAt ?? 0, signal);
  const play = async (recording: Recording): Promise<void> => {
    await until(recording.firstAt);
    if (!signal.aborted) await playOne(options, recording, { ...told, until }, signal);
  };
  if (speed > 0) return void (await Promise.all(recordings.map(play)));
  for (const recording of recordings) await play(recording);
}

async function playOne(
  { follow }: ReplayOptions,
  recording: Recording,
  { sink, printSink, notes, until }: Told & { until: (at: number) => Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const ended = AbortSignal.any([signal, ending.signal]);
  const playback = new Playback({
    firstAt: recording.firstAt,
    happenings: recording.read((line, fault) => notes.fault(recording.path, line, fault)),
    until,
    onUnanswered: (source, question) => notes.unanswered(recording.path, source, question),
  });
  const { live, prints } = follow(recording.followed, playback);
  // What becomes of their connections is part of the recording, and nothing to be told now.
  const quietly = { connected: () => undefined, disconnected: () => undefined };
  const running = live.map((source) =>
    source.run(
      {
        ...quietly,
        seen: (sighting, wasKept) =>
          playback.hold(sink.seen({ ...sighting, source: REPLAY }, wasKept)),
      },
      ended,
    ),
  );
  if (prints && printSink) {
    const printed: PrintSink['printed'] = (print) => playback.hold(printSink.printed(print));
    running.push(prints.run({ ...quietly, printed }, ended));
  }
  const end = (): void => ending.abort();
  await Promise.all([Promise.all(running).finally(end), playback.play(ended).finally(end)]);
  notes.finish(recording.path);
}

async function tellListed(options: ReplayOptions, sink: Sink, signal: AbortSignal): Promise<void> {
  const listed = await readAll(options);
  const until = paced(options, listed[0]?.time ?? 0, signal);
  for (const sighting of listed) {
    await until(sighting.time);
    if (signal.aborted) return;
    await sink.seen({ ...sighting, source: REPLAY });
  }
}

/** In the order of time; those of one time as the files have them. */
async function readAll({ files, chains, log }: ReplayOptions): Promise<RecordedSighting[]> {
  const all: RecordedSighting[] = [];
  for (const file of files) {
    for await (const sighting of together(readable(file, { chains, log }))) {
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
async function* readable(
  file: OpenedFile,
  { chains, log }: Pick<ReplayOptions, 'chains' | 'log'>,
): AsyncGenerator<BulkRow> {
  let rows = 0;
  let example = '';
  const note = (row: number, faults: readonly string[]): void => {
    rows += faults.length > 0 ? 1 : 0;
    example ||= faults[0] === undefined ? '' : `row ${row}: ${faults[0]}`;
  };
  try {
    for await (const row of file.format.read(file, () => undefined, chains)) {
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
