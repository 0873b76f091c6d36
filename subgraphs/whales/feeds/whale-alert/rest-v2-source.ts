import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Agent } from 'undici';
import type { Chains } from '../../rules/chains';
import { pause } from '../pause';
import type { Sink, Source } from '../source';
import { QUOTA_USED_UP, REFUSED_PAUSE_MS, type Reply, ask, withAgent } from './ask';
import { CallBudget } from './call-budget';
import { WHALE_ALERT, parseTransactionV2 } from './parse';
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
const PAGE = 256;
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** The place behind the last transaction of a chain that was read. */
interface Place {
  height: number;
  index: number;
}

/** Why nothing more is to be had for now, and for how long, in ms; null for the usual pause. */
class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    message: string,
    readonly waitMs: number | null,
  ) {
    super(message);
  }
}

/** Whale Alert's REST API v2: chain by chain, from the block of an hour ago on, and then on from the last one read. */
export function createRestV2Source(options: RestV2Options): Source {
  return {
    name: WHALE_ALERT,
    kind: 'LIVE',
    description: 'Large transactions as Whale Alert tells of them.',
    run: (sink, signal) =>
      withAgent(LARGEST_BODY_BYTES, (agent) => new Reader(options, agent, sink, signal).run()),
  };
}

class Reader {
  private readonly places = new Map<string, Place>();
  private readonly budget: CallBudget;
  /** Chains that cannot be read, and why. */
  private readonly faults = new Map<string, string>();

  constructor(
    private readonly options: RestV2Options,
    private readonly agent: Agent,
    private readonly sink: Sink,
    private readonly signal: AbortSignal,
  ) {
    this.budget = new CallBudget(options.callsPerMinute, options.clock);
  }

  async run(): Promise<void> {
    const { chains, everyMs } = this.options;
    while (!this.signal.aborted) {
      let waitMs: number | null = null;
      try {
        for (const chain of chains) await this.readChain(chain);
        if (this.faults.size === chains.length) this.sink.disconnected(this.said());
        else this.sink.connected(this.said());
      } catch (err) {
        if (!(err instanceof Refused)) throw err;
        if (!this.signal.aborted) this.sink.disconnected(err.message);
        ({ waitMs } = err);
      }
      await pause(waitMs ?? everyMs, this.signal);
    }
  }

  private said(): string {
    const faults = [...this.faults].map(([chain, fault]) => `${chain}: ${fault}`);
    return [this.budget.said(), ...faults].join(' ');
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
    const { clock } = this.options;
    const since = Math.floor((clock() - HISTORY_MS) / 1_000);
    const reply = await this.ask(`${chain}/height_at_time/${since}`);
    const height = HeightV2.safeParse(reply.json);
    if (reply.status !== 200 || !height.success) return this.fault(chain, reply);
    const place = { height: height.data, index: 0 };
    this.places.set(chain, place);
    return place;
  }

  /** From a place on, at most a page of it; null where there is none. */
  private async page(chain: string, { height, index }: Place): Promise<unknown[] | null> {
    const { minUsd } = this.options;
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
      const { sightings, faults } = parseTransactionV2(chain, row, this.options.known);
      for (const fault of faults) {
        this.options.log.warn({ fault }, 'a transaction of Whale Alert is left out');
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
    return null;
  }

  /** Waits for its turn in the plan; throws Refused where the key is refused or its quota used up. */
  private async ask(path: string, query: Record<string, string> = {}): Promise<Reply> {
    const { host, key } = this.options;
    await this.budget.turn(this.sink, this.signal);
    const search = new URLSearchParams({ api_key: key, ...query }).toString();
    const reply = await ask(`${host}/${path}?${search}`, this.agent, this.signal);
    if (typeof reply === 'string') throw new Refused(reply, null);
    const { status, waitMs } = reply;
    if (status === 429) throw new Refused(QUOTA_USED_UP, waitMs ?? REFUSED_PAUSE_MS);
    if (status !== 401 && status !== 403) return reply;
    const said = ErrorV2.safeParse(reply.json).data?.error ?? String(status);
    throw new Refused(`Refused: ${said}`, REFUSED_PAUSE_MS);
  }
}
