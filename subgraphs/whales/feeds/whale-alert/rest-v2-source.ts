import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Agent } from 'undici';
import type { Chains } from '../../rules/chains';
import { pause } from '../pause';
import type { Sink, Source } from '../source';
import { QUOTA_USED_UP, REFUSED_PAUSE_MS, Refused, type Reply, ask, withAgent } from './ask';
import { CallBudget } from './call-budget';
import type { Past } from './catch-up';
import { QUIET_AFTER_MS, WHALE_ALERT, parseTransactionV2 } from './parse';
import { ErrorV2, HeightV2, PlaceV2, TransactionsV2 } from './wire';

export interface RestV2Options {
  /** e.g. https://leviathan.whale-alert.io */
  host: string;
  key: string;
  /** In USD. */
  minUsd: string;
  /** As Whale Alert calls them, e.g. bitcoin. */
  chains: readonly string[];
  /** Pause between rounds over all chains, in ms. */
  everyMs: number;
  /** Calls a minute that the key's plan has. */
  callsPerMinute: number;
  known: Chains;
  clock: Clock;
  log: Log;
}

/** Told again where it begins; what is known already changes nothing. */
const HISTORY_MS = 3_600_000;
/** After a longer absence the oldest is not made up for. */
const PAST_MS = 24 * 3_600_000;
const PAGE = 256;
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** The place behind the last transaction of a chain that was read. */
interface Place {
  height: number;
  index: number;
}

/** Whale Alert's REST API v2: chain by chain, from the block of an hour ago on, and then on from the last one read. */
export function createRestV2Source(options: RestV2Options): Source {
  return {
    name: WHALE_ALERT,
    kind: 'LIVE',
    description: 'Large transactions as Whale Alert tells of them.',
    quietAfterMs: QUIET_AFTER_MS,
    run: (sink, signal) =>
      withAgent(LARGEST_BODY_BYTES, (agent) => {
        const { clock, callsPerMinute } = options;
        const budget = new CallBudget(callsPerMinute, clock);
        const begin = (): number => clock() - HISTORY_MS;
        return poll(options, new Reader({ ...options, agent, budget, begin }, sink, signal));
      }),
  };
}

/** What v2 tells of chains from a time on. */
export function pastOfV2(options: Omit<RestV2Options, 'everyMs'>): Past {
  const budget = new CallBudget(options.callsPerMinute, options.clock);
  return {
    reachMs: PAST_MS,
    ...{ callsPerMinute: budget.most, calls: () => budget.taken },
    read: ({ since, chains: told }, sink, signal) =>
      withAgent(LARGEST_BODY_BYTES, async (agent) => {
        const chains = [...new Set([...options.chains, ...told])];
        const parts = { ...options, chains, agent, budget, begin: () => since };
        const reader = new Reader(parts, sink, signal);
        await reader.round();
        // What is only out of order for now would be missing for good.
        if (reader.isFailing) throw new Refused(reader.faulty(), { waitMs: null });
        return reader.faulty();
      }),
  };
}

async function poll({ everyMs }: RestV2Options, reader: Reader<Sink>): Promise<void> {
  const { sink, signal } = reader;
  while (!signal.aborted) {
    let waitMs: number | null = null;
    try {
      await reader.round();
      if (reader.isLost) sink.disconnected(reader.said());
      else sink.connected(reader.said());
    } catch (err) {
      if (!(err instanceof Refused)) throw err;
      if (!signal.aborted) err.tell(sink);
      ({ waitMs } = err);
    }
    await pause(waitMs ?? everyMs, signal);
  }
}

interface ReaderParts extends Omit<RestV2Options, 'everyMs'> {
  agent: Agent;
  budget: CallBudget;
  /** Where a chain is read from, epoch ms. */
  begin: () => number;
}

class Reader<Told extends Pick<Sink, 'seen' | 'connected'>> {
  private readonly places = new Map<string, Place>();
  /** Chains that cannot be read, and why. */
  private readonly faults = new Map<string, string>();
  /** Whether any of them may read again soon, by itself. */
  isFailing = false;

  constructor(
    private readonly parts: ReaderParts,
    readonly sink: Told,
    readonly signal: AbortSignal,
  ) {}

  /** Reads all chains, each up to its newest block. Throws Refused. */
  async round(): Promise<void> {
    for (const chain of this.parts.chains) await this.readChain(chain);
  }

  /** Whether no chain can be read. */
  get isLost(): boolean {
    return this.faults.size === this.parts.chains.length;
  }

  /** Chains that cannot be read, and why: sentences for people. */
  faulty(): string {
    return [...this.faults].map(([chain, fault]) => `${chain}: ${fault}`).join(' ');
  }

  said(): string {
    return [this.parts.budget.said(), this.faulty()].join(' ').trim();
  }

  private async readChain(chain: string): Promise<void> {
    while (!this.signal.aborted) {
      const place = this.places.get(chain) ?? (await this.firstPlace(chain));
      if (place === null) return;
      const rows = await this.page(chain, place);
      if (rows === null) return;
      await this.take(chain, rows);
      if (rows.length < PAGE) return;
    }
  }

  private async firstPlace(chain: string): Promise<Place | null> {
    const since = Math.floor(this.parts.begin() / 1_000);
    const reply = await this.ask(`${chain}/height_at_time/${since}`);
    const height = HeightV2.safeParse(reply.json);
    if (reply.status !== 200 || !height.success) return this.fault(chain, reply);
    const place = { height: height.data, index: 0 };
    this.places.set(chain, place);
    return place;
  }

  /** From a place on, at most a page of it; null where there is none. */
  private async page(chain: string, { height, index }: Place): Promise<unknown[] | null> {
    const { minUsd } = this.parts;
    const reply = await this.ask(`${chain}/transactions`, {
      ...{ start_height: String(height), start_index: String(index) },
      ...{ min_value: minUsd, limit: String(PAGE), order: 'asc' },
    });
    // That block is not mined yet.
    if (reply.status === 404) return [];
    const page = TransactionsV2.safeParse(reply.json);
    if (reply.status !== 200 || !page.success) return this.fault(chain, reply);
    this.faults.delete(chain);
    return page.data.transactions;
  }

  private async take(chain: string, rows: readonly unknown[]): Promise<void> {
    for (const row of rows) {
      const { sightings, faults } = parseTransactionV2(chain, row, this.parts.known);
      for (const fault of faults) {
        this.parts.log.warn({ fault }, 'a transaction of Whale Alert is left out');
      }
      for (const sighting of sightings) await this.sink.seen(sighting);
      const place = PlaceV2.safeParse(row);
      if (this.signal.aborted || !place.success) continue;
      this.places.set(chain, { height: place.data.height, index: place.data.index_in_block + 1 });
    }
  }

  private fault(chain: string, { status, json }: Reply): null {
    const said = ErrorV2.safeParse(json).data?.error ?? 'nothing that can be read';
    this.faults.set(chain, `It answered with ${status} and ${said}.`);
    // With 4xx it says that the plan or the chain is not there; anything else may be better the next time.
    this.isFailing ||= status < 400 || status >= 500;
    return null;
  }

  /** Waits for its turn in the plan; throws Refused where the key is refused or its quota used up. */
  private async ask(path: string, query: Record<string, string> = {}): Promise<Reply> {
    const { host, key, agent, budget } = this.parts;
    await budget.turn(this.sink, this.signal);
    const search = new URLSearchParams({ api_key: key, ...query }).toString();
    const reply = await ask(`${host}/${path}?${search}`, agent, this.signal);
    if (typeof reply === 'string') throw new Refused(reply, { waitMs: null });
    const { status, waitMs } = reply;
    if (status === 429) {
      throw new Refused(QUOTA_USED_UP, { waitMs: waitMs ?? REFUSED_PAUSE_MS, isUsedUp: true });
    }
    if (status !== 401 && status !== 403) return reply;
    const said = ErrorV2.safeParse(reply.json).data?.error ?? String(status);
    throw new Refused(`Refused: ${said}`, { waitMs: REFUSED_PAUSE_MS, isForGood: true });
  }
}
