import type { Clock } from '@spyhop/platform/clock';
import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import { pause } from '../feeds/pause';
import { PLAYED } from '../feeds/replay/replay-source';
import type { Sink, Source } from '../feeds/source';
import type { Hindrance } from '../rules/feed-status';
import { type FeedBoard, type FeedReport, type SourceReport, unspoken } from '../store/feed-board';
import { type TakeSightingsParts, takeSighting } from './take-sightings';

export interface RunFeedParts extends TakeSightingsParts {
  /** All run side by side; empty where only a simulation or replay is wanted. */
  live: readonly Source[];
  /** A simulation or replay, shown where there is no live source, or none has ever seen anything; null for none. */
  instead: Source | null;
  board: Pick<FeedBoard, 'read' | 'write'>;
  clock: Clock;
  /** How the sources of large trades are, which are reported with the others. */
  prints: ReadonlyMap<string, SourceReport>;
}

type Kind = FeedReport['kind'];

const REPORT_MS = 2_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

/** Runs the sources until the signal aborts. What stands in for live ones ends with the first real transaction. */
export async function runFeed(parts: RunFeedParts, signal: AbortSignal): Promise<void> {
  const former = await parts.board.read();
  const feed = new Feed(parts, former);
  const reporting = setInterval(() => feed.report(), REPORT_MS);
  const arrival = new AbortController();
  const hasLivePast = parts.live.length > 0 && former?.kind === 'LIVE';
  const instead =
    parts.instead === null || hasLivePast
      ? Promise.resolve()
      : feed.run(parts.instead, AbortSignal.any([signal, arrival.signal]));
  const onFirst = async (): Promise<void> => {
    arrival.abort();
    await instead;
  };
  await Promise.all([instead, ...parts.live.map((source) => feed.run(source, signal, onFirst))]);
  await pause(2 ** 31 - 1, signal);
  clearInterval(reporting);
}

/** What is shown now, and how its sources are. */
class Feed {
  private readonly sources = new Map<string, SourceReport & { description: string }>();
  private dataset: WhaleTransactionSeen['dataset'];
  private newestAt: number | null;
  private newestTime: number | null;
  private hasEnded = false;

  constructor(
    private readonly parts: RunFeedParts,
    private readonly former: FeedReport | null,
  ) {
    const { instead, live } = parts;
    const isInstead = instead !== null && (live.length === 0 || former?.kind !== 'LIVE');
    this.dataset = this.datasetOf(isInstead ? instead.kind : 'LIVE');
    const isSame = former?.kind === this.dataset.kind;
    this.newestAt = isSame ? former.newestAt : null;
    this.newestTime = isSame ? former.newestTime : null;
  }

  /** Runs a source, again and again where it fails; `beforeFirst` is awaited before anything of it is taken. */
  async run(source: Source, signal: AbortSignal, beforeFirst?: () => Promise<void>): Promise<void> {
    const { name, kind, description } = source;
    const said = { ...unspoken(source, this.former), description };
    this.sources.set(name, said);
    const tell = (isConnected: boolean, message: string, hindrance?: Hindrance): void => {
      Object.assign(said, { isConnected, message, hindrance: hindrance ?? null });
      this.report();
    };
    const sink: Sink = {
      seen: async (sighting, wasKept = false) => {
        await beforeFirst?.();
        this.become(kind);
        const taken = { dataset: this.dataset, sighting, wasKept };
        if (!(await takeSighting(this.parts, taken, signal))) return false;
        this.newestAt = said.newestAt = this.parts.clock();
        this.newestTime = Math.max(this.newestTime ?? 0, sighting.time);
        return true;
      },
      connected: (note, but) => tell(true, note ?? '', but),
      disconnected: (reason, because) => tell(false, reason, because),
    };
    for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs *= 2) {
      try {
        await source.run(sink, signal);
        break;
      } catch (err) {
        this.parts.log.warn({ err, source: name }, 'a source of whales has failed; trying again');
        tell(false, 'It has failed.');
        await pause(Math.min(retryMs, LONGEST_RETRY_MS), signal);
      }
    }
    this.hasEnded = kind === 'REPLAY' && !signal.aborted;
    if (this.hasEnded) {
      tell(false, `${PLAYED} ${said.message}`.trim());
    }
    if (kind === 'SIMULATED') this.sources.delete(name);
  }

  report(): void {
    const { board, clock, log } = this.parts;
    const all = [...this.sources.values()];
    const shown = all.filter(({ kind }) => kind === this.dataset.kind);
    const message = shown.map(({ description }) => description).join(' ');
    const isTried = this.dataset.kind === 'SIMULATED' && all.length > shown.length;
    board
      .write({
        ...this.dataset,
        state: this.stateOf(shown),
        message: isTried
          ? `${message} Live sources are out of reach and are tried again.`
          : message,
        reportedAt: clock(),
        newestAt: this.newestAt,
        newestTime: this.newestTime,
        sources: [...all.map(({ description: _, ...said }) => said), ...this.parts.prints.values()],
      })
      .catch((err: unknown) => log.debug({ err }, 'the feed of whales was not reported'));
  }

  private stateOf(shown: readonly SourceReport[]): FeedReport['state'] {
    if (this.hasEnded) return 'ENDED';
    if (shown.some(({ isConnected }) => isConnected)) return 'RUNNING';
    return this.newestAt === null ? 'STARTING' : 'RECONNECTING';
  }

  private become(kind: Kind): void {
    if (this.dataset.kind === kind) return;
    this.dataset = this.datasetOf(kind);
    this.newestAt = this.newestTime = null;
  }

  private datasetOf(kind: Kind): WhaleTransactionSeen['dataset'] {
    if (this.former?.kind === kind) return { kind, begun: this.former.begun };
    // Where live sources are tried, a simulation never takes the place of what they have told of before.
    const isStandIn = kind === 'SIMULATED' && this.parts.live.length > 0;
    return { kind, begun: isStandIn ? 0 : this.parts.clock() };
  }
}
