import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { type ApiKeyEntry, type ApiKeyStanding, standingOf } from '../rules/api-key';
import { hashApiKey, readApiKey } from '../rules/api-key-text';
import type { Later } from '../rules/errand';
import {
  type RecordSecurityEvent,
  type SecurityEvent,
  type SecurityEventKind,
  eventBy,
} from '../rules/security-event';
import type { ApiKeyFilling } from './api-key-filling';
import type { ApiKeyIndex } from './api-key-index';
import type { ApiKeyUse, ApiKeyUses } from './api-key-uses';

/** What verifying takes. */
export interface VerificationParts {
  index: ApiKeyIndex;
  filling: ApiKeyFilling;
  uses: ApiKeyUses;
  recordSecurityEvent: RecordSecurityEvent;
  later: Later;
  clock: Clock;
  log: Log;
}

/** Whose key it is, and what it lets do. */
export interface VerifiedApiKey extends Pick<
  ApiKeyEntry,
  'userId' | 'scopes' | 'roles' | 'expiresAt'
> {
  id: string;
}

/** A key that was shown; of nobody where there is none with that id. */
type Shown = Omit<ApiKeyUse, 'userId'> & { userId: string | null };

/** Says whose a key is, from Redis alone as long as Redis has what it was told. */
export class ApiKeyVerification {
  constructor(private readonly parts: VerificationParts) {}

  /** Null for what is no key, or none that counts from this network address (empty where unknown). */
  async verify(text: string, address: string): Promise<VerifiedApiKey | null> {
    const key = readApiKey(text);
    if (!key) return null;
    const entry = await this.find(key.id);
    const at = this.parts.clock();
    if (!entry) {
      this.aside(this.noteUnknown({ id: key.id, userId: null, address, at }));
      return null;
    }
    const standing = standingOf(entry, { hash: hashApiKey(text), address, now: at });
    const { userId, scopes, roles, expiresAt } = entry;
    const use = { id: key.id, userId, address, at };
    if (standing !== 'valid') {
      this.aside(this.noteRefused(use, standing));
      return null;
    }
    this.aside(this.noteUse(use));
    return { id: key.id, userId, scopes, roles, expiresAt };
  }

  private async find(id: string): Promise<ApiKeyEntry | null> {
    const { index, filling } = this.parts;
    const found = await index.find(id);
    if (found !== undefined) return found;
    await filling.run();
    return (await index.find(id)) ?? null;
  }

  private async noteUse(use: ApiKeyUse): Promise<void> {
    const { uses, later } = this.parts;
    const { isNewPlace, isDue } = await uses.note(use);
    if (isDue) later("write a key's use down", () => uses.write(use));
    if (isNewPlace) this.tell('API_KEY_USED_FROM_NEW_ADDRESS', use);
  }

  private async noteRefused(use: ApiKeyUse, why: Exclude<ApiKeyStanding, 'valid'>): Promise<void> {
    if (!(await this.parts.uses.isWorthTelling(use.id, why))) return;
    if (why === 'elsewhere') this.tell('API_KEY_USED_ELSEWHERE', use);
    else this.tell('API_KEY_REFUSED', use, { why });
  }

  private async noteUnknown(use: Shown): Promise<void> {
    const isNews = await this.parts.uses.isUnknownWorthTelling(use.id, use.address);
    if (isNews) this.tell('API_KEY_REFUSED', use, { why: 'unknown' });
  }

  private tell(
    kind: SecurityEventKind,
    { id, userId, address, at }: Shown,
    more: SecurityEvent['details'] = {},
  ): void {
    const { recordSecurityEvent, later } = this.parts;
    const what = { kind, at, userId, sessionId: null, details: { key: id, ...more } };
    const event = eventBy({ address, userAgent: '' }, what);
    later('tell of a key', () => recordSecurityEvent(event));
  }

  /** Whoever verifies does not wait for it, nor fail with it. */
  private aside(noting: Promise<void>): void {
    noting.catch((err: unknown) => this.parts.log.warn({ err }, "a key's use was not noted"));
  }
}
