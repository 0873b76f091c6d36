import { Shard, type ShardListener, type ShardOptions } from './shard';

/** What all shards together tell the feed. */
export interface ShardsListener extends Pick<ShardListener, 'frame' | 'rotated' | 'failed'> {
  /** Every stream is subscribed, for the first time or again. */
  up(host: string): void;
  /** Some streams have stopped. */
  down(reason: string): void;
  /** No connection stood yet, and every host has failed. */
  hostsFailed(reason: string): void;
}

/** Keeps all streams alive, over as many connections as they need, and reports them as one. */
export class Shards {
  private readonly shards: readonly Shard[];
  private readonly connected = new Set<Shard>();
  private readonly failedHosts = new Set<string>();
  private isUp: boolean | null = null;

  constructor(
    streams: readonly (readonly string[])[],
    private readonly options: Omit<ShardOptions, 'streams'>,
    private readonly listener: ShardsListener,
  ) {
    this.shards = streams.map((part) => this.shardOf(part));
    this.shards.forEach((shard) => shard.start());
  }

  stop(): void {
    this.shards.forEach((shard) => shard.stop());
  }

  private shardOf(streams: readonly string[]): Shard {
    const shard: Shard = new Shard(
      { ...this.options, streams },
      {
        frame: (frame) => this.listener.frame(frame),
        rotated: () => this.listener.rotated(),
        connected: (host) => this.onConnected(shard, host),
        disconnected: (end) => this.onDisconnected(shard, end.reason),
        failed: (end, host) => {
          this.listener.failed(end, host);
          this.onFailed(end.reason, host);
        },
      },
    );
    return shard;
  }

  private onConnected(shard: Shard, host: string): void {
    this.connected.add(shard);
    if (this.isUp === true || this.connected.size < this.shards.length) return;
    this.isUp = true;
    this.listener.up(host);
  }

  private onDisconnected(shard: Shard, reason: string): void {
    this.connected.delete(shard);
    if (this.isUp === false) return;
    this.isUp = false;
    this.listener.down(reason);
  }

  private onFailed(reason: string, host: string): void {
    this.failedHosts.add(host);
    if (this.connected.size === 0 && this.failedHosts.size === this.options.hosts.length)
      this.listener.hostsFailed(reason);
  }
}
