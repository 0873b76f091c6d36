import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import type { AccessTokens } from '../store/access-tokens';

const REFRESH_MS = 30_000;

/** Has a key to sign with before it returns, and keeps up with those that other processes make. */
export async function keepSigningKeys(accessTokens: AccessTokens, log: Log): Promise<Stop> {
  await accessTokens.refresh();
  const timer = setInterval(() => {
    accessTokens
      .refresh()
      .catch((err: unknown) => log.warn({ err }, 'signing keys were not read again'));
  }, REFRESH_MS);
  return async () => clearInterval(timer);
}
