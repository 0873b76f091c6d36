import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { AuthenticationMethod } from '../rules/access-token';
import type { DeviceStanding } from '../rules/device';
import type { Later } from '../rules/errand';
import { readRefreshToken } from '../rules/refresh-token';
import { type SecurityEvent, type SecurityEventKind, eventBy } from '../rules/security-event';
import { type Client, type EndReason, type Session, sessionEnded } from '../rules/session';
import type { Proved, User } from '../rules/user';
import type { AccessToken, AccessTokens } from './access-tokens';
import type { Also } from './also';
import type { DeviceStore } from './devices';
import type { Revocations } from './revocations';
import type { SecurityLedger } from './security-ledger';
import type { SessionStore } from './sessions';
import type { UserStore } from './users';

/** What somebody gets who is signed in. */
export interface Grant {
  user: User;
  session: Session;
  access: AccessToken;
  refreshToken: string;
}

/** What grants are made of. */
export interface GrantParts {
  users: UserStore;
  sessions: SessionStore;
  devices: DeviceStore;
  later: Later;
  accessTokens: AccessTokens;
  revocations: Revocations;
  ledger: SecurityLedger;
  clock: Clock;
}

/** Begins, renews and ends sessions, and hands out their tokens. */
export class SessionGrants {
  constructor(private readonly parts: GrantParts) {}

  /** Signs somebody in whose proof has been checked. Throws ACCOUNT_LOCKED, SIGN_IN_FAILED for a proof that is over. */
  async begin(
    { user, amr, passwordAt }: Proved,
    client: Client,
    standing: DeviceStanding,
  ): Promise<Grant> {
    const { sessions, devices, ledger, later, clock } = this.parts;
    const { address, userAgent, device } = client;
    const prepared = sessions.prepare({ userId: user.id, amr, address, userAgent }, clock());
    const { session, refreshToken } = prepared;
    const event = this.eventOf('SIGNED_IN', session, client, { device: standing });
    const kept = standing === 'none' ? null : device;
    const begun = sessions.begin(prepared, { passwordAt, device: kept }, (forEach) =>
      ledger.recordSql(event, forEach),
    );
    // Signed while the database is at it; nobody gets the token before the session has begun.
    const [access, roles] = await Promise.all([
      setImmediate().then(() => this.access(user, session)),
      begun.catch((err: unknown) => this.refuse(err, user, client)),
    ]);
    if (standing === 'new') later('forget devices', () => devices.forgetOldest(user.id));
    if (isDeepStrictEqual(roles, user.roles)) return { user, session, access, refreshToken };
    // Somebody has given or taken a role while the proof was checked.
    return this.grant({ ...user, roles }, session, refreshToken);
  }

  /** That who was kept out had proved who they are is in the audit log. */
  private async refuse(err: unknown, { id: userId }: User, client: Client): Promise<never> {
    if (err instanceof SpyhopError && err.code === 'ACCOUNT_LOCKED') {
      const refused = { kind: 'SIGN_IN_REFUSED', at: this.parts.clock() } as const;
      await this.parts.ledger.record(eventBy(client, { ...refused, userId, sessionId: null }));
    }
    throw err;
  }

  /** Throws SESSION_ENDED for a token that does not count, or no longer; one that was used before ends its session. */
  async renew(refreshToken: string, client: Client): Promise<Grant> {
    const { sessions, users, clock } = this.parts;
    const token = readRefreshToken(refreshToken);
    if (!token) throw sessionEnded();
    const renewal = await sessions.renew(token, client, clock());
    if (renewal.kind === 'reused') await this.end(renewal.session, 'TOKEN_REUSED', client);
    if (renewal.kind !== 'renewed') throw sessionEnded();
    const user = await users.find(renewal.session.userId);
    if (!user) throw sessionEnded();
    return this.grant(user, renewal.session, renewal.refreshToken);
  }

  /** Its tokens are refused from now on. Nothing happens to one that is over already, or is not that user's. */
  async end(
    session: Pick<Session, 'id' | 'userId'>,
    reason: EndReason,
    client: Client,
  ): Promise<boolean> {
    const { sessions, ledger, clock } = this.parts;
    const now = clock();
    const event = this.eventOf(EVENT_OF[reason] ?? 'SESSION_ENDED', session, client);
    const hasEnded = await sessions.end(session, reason, now, (tx) =>
      ledger.recordWithin(tx, event),
    );
    if (hasEnded) await this.parts.revocations.ofSessions([session.id]);
    return hasEnded;
  }

  /** `end` for all sessions of a user but one. */
  async endAll(
    userId: string,
    { reason, except }: { reason: EndReason; except: string | null },
    client: Client,
  ): Promise<void> {
    const { sessions, ledger, clock } = this.parts;
    const now = clock();
    const ended = await sessions.endAll(userId, { reason, except }, now, (tx, ids) =>
      ledger.recordWithin(
        tx,
        ...ids.map((id) => this.eventOf('SESSION_ENDED', { id, userId }, client)),
      ),
    );
    await this.parts.revocations.ofSessions(ended);
  }

  /** A new access token for somebody who has just proved again who they are. Throws SESSION_ENDED. */
  async proveAgain(
    user: User,
    sessionId: string,
    amr: readonly AuthenticationMethod[],
    also: Also,
  ): Promise<AccessToken> {
    const { sessions, clock } = this.parts;
    const session = await sessions.proveAgain(sessionId, amr, clock(), also);
    if (!session) throw sessionEnded();
    return this.access(user, session);
  }

  private grant(user: User, session: Session, refreshToken: string): Grant {
    return { user, session, access: this.access(user, session), refreshToken };
  }

  private access({ id: userId, roles }: User, session: Session): AccessToken {
    const { id: sessionId, amr, authTime } = session;
    return this.parts.accessTokens.issue({ userId, roles, sessionId, amr, authTime });
  }

  private eventOf(
    kind: SecurityEventKind,
    { id: sessionId, userId }: Pick<Session, 'id' | 'userId'>,
    client: Client,
    details: SecurityEvent['details'] = {},
  ): SecurityEvent {
    return eventBy(client, { kind, at: this.parts.clock(), userId, sessionId, details });
  }
}

const EVENT_OF: Partial<Record<EndReason, SecurityEventKind>> = {
  SIGNED_OUT: 'SIGNED_OUT',
  TOKEN_REUSED: 'TOKEN_REUSED',
};
