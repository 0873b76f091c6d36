import type { Clock } from '@spyhop/platform/clock';
import { revokeIdentities } from '@spyhop/platform/identity-revocation';
import type { RedisSpace } from '@spyhop/platform/redis';
import { tokensEndBy } from '../rules/access-token';
import type { Later } from '../rules/errand';
import { revocable } from './revocable';

/** What takes the credentials of people out of force. */
export interface RevocationParts {
  redis: RedisSpace;
  later: Later;
  clock: Clock;
}

/**
 * Has tokens refused from now on: call it after the transaction. What Redis does not take is told again later, since
 * the session that it is about is over already, and nobody would ask for it again; the caller learns of it.
 */
export class Revocations {
  constructor(private readonly parts: RevocationParts) {}

  async ofSessions(sessions: readonly string[]): Promise<void> {
    for (const some of revocable(sessions)) await this.revoke({ sessions: some });
  }

  /**
   * Whatever tokens somebody has; those of sessions that go on are renewed. Sessions that are over are named, for one
   * of them may just be handing out a token that is newer than this.
   */
  async ofUser(userId: string, ended: readonly string[] = []): Promise<void> {
    await this.revoke({ subjects: [userId] });
    await this.ofSessions(ended);
  }

  private async revoke(what: { subjects?: string[]; sessions?: string[] }): Promise<void> {
    const { redis, later, clock } = this.parts;
    const at = clock();
    const revocation = { ...what, at, until: tokensEndBy(at) };
    try {
      await revokeIdentities(redis, revocation);
    } catch (err) {
      later('revoke', () => revokeIdentities(redis, revocation));
      throw err;
    }
  }
}
