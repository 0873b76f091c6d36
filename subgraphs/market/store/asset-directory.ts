import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import type { AssetInfo } from '../rules/asset';
import { unknownSymbol } from '../rules/symbols';

/** How long metadata is served from memory, in ms. */
const FRESH_MS = 60_000;
/** A symbol that is not known makes the directory look again, but no sooner than this, in ms. */
const LOOK_AGAIN_MS = 2_000;

/**
 * The tracked assets, kept in memory: they are few, change rarely and are needed by every request.
 * While PostgreSQL is away the last known ones go on serving, so that live prices do too.
 */
export class AssetDirectory {
  private bySymbol: ReadonlyMap<string, AssetInfo> = new Map();
  private readAt = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly parts: {
      /** Reads all tracked assets. */
      list: () => Promise<AssetInfo[]>;
      clock: Clock;
      log: Log;
    },
  ) {}

  async all(): Promise<AssetInfo[]> {
    await this.freshen(this.bySymbol.size > 0);
    return [...this.bySymbol.values()];
  }

  async find(symbol: string): Promise<AssetInfo | null> {
    await this.freshen(this.bySymbol.has(symbol));
    return this.bySymbol.get(symbol) ?? null;
  }

  /** Throws NOT_FOUND, with the allowed symbols, for one that is not tracked. */
  async get(symbol: string): Promise<AssetInfo> {
    const info = await this.find(symbol);
    if (info === null) throw unknownSymbol(symbol, [...this.bySymbol.keys()]);
    return info;
  }

  /** Like `get` for each of them. */
  async getAll(symbols: readonly string[]): Promise<AssetInfo[]> {
    const infos: AssetInfo[] = [];
    for (const symbol of symbols) infos.push(await this.get(symbol));
    return infos;
  }

  /** Who finds what it looks for is not kept waiting while PostgreSQL is slow or away. */
  private async freshen(isKnown: boolean): Promise<void> {
    const age = this.parts.clock() - this.readAt;
    if (age < (isKnown ? FRESH_MS : LOOK_AGAIN_MS)) return;
    this.reading ??= this.read().finally(() => (this.reading = null));
    if (!isKnown) await this.reading;
  }

  private async read(): Promise<void> {
    try {
      const infos = await this.parts.list();
      this.bySymbol = new Map(infos.map((info) => [info.symbol, info]));
    } catch (err) {
      this.parts.log.warn({ err }, 'the asset list could not be read');
      if (this.bySymbol.size === 0) throw unavailable();
    }
    this.readAt = this.parts.clock();
  }
}

const unavailable = (): SpyhopError =>
  new SpyhopError(
    'UPSTREAM_UNAVAILABLE',
    'The list of assets cannot be read now; retry in a few seconds.',
  );
