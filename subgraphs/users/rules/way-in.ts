import type { SecurityEventKind } from './security-event';

/** Who needs a new password by mail may have been robbed: what was added so shortly before is not taken for theirs. */
export const SUSPECT_DAYS = 7;
export const SUSPECT_MS = SUSPECT_DAYS * 86_400_000;

/** Something that lets somebody into an account, or keeps them out of it. */
export interface WayIn {
  kind: 'TOTP' | 'PASSKEY' | 'API_KEY';
  id: string;
  /** Epoch ms. */
  addedAt: number;
}

/** What the audit log says of one that is taken away. */
export const REMOVED: Readonly<Record<WayIn['kind'], SecurityEventKind>> = {
  TOTP: 'TOTP_REMOVED',
  PASSKEY: 'PASSKEY_REMOVED',
  API_KEY: 'API_KEY_REVOKED',
};
