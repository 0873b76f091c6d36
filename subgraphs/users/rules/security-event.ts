/** What happened to somebody's account that they, or an administrator, may have to look at. */
export type SecurityEventKind =
  | 'SIGNED_IN'
  | 'SIGN_IN_FAILED'
  | 'SIGNED_OUT'
  | 'SESSION_ENDED'
  | 'TOKEN_REUSED'
  | 'REGISTERED'
  | 'PASSWORD_CHANGED'
  | 'PASSWORD_RESET_REQUESTED'
  | 'EMAIL_CHANGED'
  | 'SIGN_IN_LIMITED'
  | 'SECOND_FACTOR_FAILED'
  | 'SECOND_FACTOR_LIMITED'
  | 'TOTP_SET_UP'
  | 'TOTP_REMOVED'
  | 'RECOVERY_CODES_RENEWED'
  | 'RECOVERY_CODE_USED'
  | 'PASSKEY_ADDED'
  | 'PASSKEY_REMOVED'
  /** Its authenticator has counted less than before: there are two with the same key. */
  | 'PASSKEY_COPIED'
  | 'REAUTHENTICATED'
  | 'API_KEY_CREATED'
  | 'API_KEY_ROTATED'
  | 'API_KEY_REVOKED'
  | 'API_KEY_USED_FROM_NEW_ADDRESS'
  | 'API_KEY_USED_ELSEWHERE'
  | 'DATA_EXPORTED'
  | 'DELETION_REQUESTED'
  | 'DELETION_CANCELLED'
  | 'ACCOUNT_DELETED';

/** A fact in the past tense. Time is epoch ms. */
export interface SecurityEvent {
  kind: SecurityEventKind;
  at: number;
  /** Whose account; null where there is none. */
  userId: string | null;
  sessionId: string | null;
  /** Network address and name of the client; empty where unknown. */
  address: string;
  userAgent: string;
  /** What else is to be said, without secrets; e-mail addresses masked. */
  details: Readonly<Record<string, string>>;
}

/** Keeps a security event. It never fails: what it is about has happened. */
export type RecordSecurityEvent = (event: SecurityEvent) => Promise<void>;
