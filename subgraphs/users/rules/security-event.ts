/** What happened to somebody's account that they, or an administrator, may have to look at; what each kind says. */
export const SECURITY_EVENT_KINDS = {
  SIGNED_IN: 'A session has begun.',
  SIGN_IN_FAILED: 'Somebody could not prove who they are.',
  SIGN_IN_LIMITED: 'Signing in was refused unseen, for there were too many attempts.',
  SIGNED_OUT: 'A session was ended by its owner in it.',
  SESSION_ENDED: 'A session was ended from elsewhere.',
  TOKEN_REUSED: 'A refresh token was used twice, which ends its session.',
  REGISTERED: 'An account was made.',
  PASSWORD_CHANGED: 'An account got another password.',
  PASSWORD_RESET_REQUESTED: 'A link to set a new password was asked for.',
  EMAIL_CHANGED: 'An account got another e-mail address.',
  ACCESS_DENIED: 'Somebody asked for what they may not have.',
  ROLES_CHANGED: 'An account got other roles.',
  USER_LOCKED: 'An account was locked, which ends its sessions.',
  USER_UNLOCKED: 'An account was unlocked.',
  EMAIL_REVEALED: 'An administrator has looked at an e-mail address.',
} as const;

export type SecurityEventKind = keyof typeof SECURITY_EVENT_KINDS;

/** A fact in the past tense. Time is epoch ms. */
export interface SecurityEvent {
  kind: SecurityEventKind;
  at: number;
  /** Whose account; null where there is none. */
  userId: string | null;
  /** Who did it, where it was not the account's owner. */
  actorId?: string | null;
  sessionId: string | null;
  /** Network address and name of the client; empty where unknown. */
  address: string;
  userAgent: string;
  /** What else is to be said, without secrets; e-mail addresses masked. */
  details: Readonly<Record<string, string>>;
}

/** Keeps a security event. It never fails: what it is about has happened. */
export type RecordSecurityEvent = (event: SecurityEvent) => Promise<void>;
