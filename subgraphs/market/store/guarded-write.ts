import type { RedisSpace } from '@spyhop/platform/redis';

/** A Redis command on one key: name, key, arguments. */
export type Command = readonly [name: string, key: string, ...args: (string | number)[]];

/** The lease under whose protection a feed writes. */
export interface Fence {
  /** Where the election keeps the token of the newest leader. */
  key: string;
  /** Our token. */
  token: number;
}

/** Somebody else leads by now: this process must not write any more. */
export class FencedOff extends Error {
  override readonly name = 'FencedOff';

  constructor(token: number) {
    super(`the market feed is led by another process; leadership ${token} is over`);
  }
}

/**
 * All or nothing, and only for the newest leader. A missing token means that Redis came back empty:
 * the first leader to write restores it, so that the next one's is larger again.
 */
const SCRIPT = `
local newest = redis.call('GET', KEYS[1])
if newest and newest ~= ARGV[1] then return 0 end
if not newest then redis.call('SET', KEYS[1], ARGV[1]) end
local at = 2
for i = 2, #KEYS do
  local count = tonumber(ARGV[at + 1])
  redis.call(ARGV[at], KEYS[i], unpack(ARGV, at + 2, at + 1 + count))
  at = at + 2 + count
end
return 1`;

/** Runs the commands in one round trip; throws FencedOff, with nothing written, if we no longer lead. */
export async function guardedWrite(
  redis: Pick<RedisSpace, 'client'>,
  fence: Fence,
  commands: readonly Command[],
): Promise<void> {
  if (commands.length === 0) return;
  const keys = [fence.key, ...commands.map(([, key]) => key)];
  const args = commands.flatMap(([name, , ...rest]) => [name, rest.length, ...rest]);
  const written = await redis.client.eval(SCRIPT, keys.length, ...keys, fence.token, ...args);
  if (written !== 1) throw new FencedOff(fence.token);
}
