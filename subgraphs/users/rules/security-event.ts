/** What happened to somebody's account that they, or an administrator, may have to look at; what each kind says. */
export const SECURITY_EVENT_KINDS = {
  SIGNED_IN: 'A session has begun.',
  SIGN_IN_FAILED: 'Somebody could not prove who they are.',
  SIGN_IN_REFUSED: 'Somebody has proved who they are, but their account is locked.',
  SIGN_IN_LIMITED: 'Signing in was refused unseen, for there were too many attempts.',
  SIGNED_OUT: 'A session was ended by its owner in it.',
  SESSION_ENDED: 'A session was ended from elsewhere.',
  TOKEN_REUSED: 'A refresh token was used twice, which ends its session.',
  REGISTERED: 'An account was made.',
  PASSWORD_CHANGED: 'An account got another password.',
  PASSWORD_RESET_REQUESTED: 'A link to set a new password was asked for.',
  EMAIL_CHANGED: 'An account got another e-mail address.',
  REAUTHENTICATED: 'Somebody who is signed in has proved again who they are.',
  SECOND_FACTOR_FAILED: 'The password was right, the second proof was not.',
  SECOND_FACTOR_LIMITED: 'A second proof was refused unseen, for there were too many attempts.',
  TOTP_SET_UP: 'An account asks for the codes of an app from now on.',
  TOTP_REMOVED: 'An account no longer asks for the codes of an app.',
  RECOVERY_CODES_RENEWED: 'An account got other recovery codes.',
  RECOVERY_CODE_USED: 'A recovery code was used up.',
  PASSKEY_ADDED: 'An account got a passkey.',
  PASSKEY_REMOVED: 'An account lost a passkey.',
  PASSKEY_COPIED: 'A passkey has counted less than before: there are two with the same key.',
  API_KEY_CREATED: 'An account got an API key.',
  API_KEY_ROTATED: 'An API key was replaced.',
  API_KEY_REVOKED: 'An API key was revoked.',
  API_KEY_USED_FROM_NEW_ADDRESS: 'An API key was used from a network address for the first time.',
  API_KEY_USED_ELSEWHERE: 'An API key was refused at a network address that is not among its own.',
  API_KEY_REFUSED:
    'An API key was refused: it is over, has another secret, or is nobody’s, such as one that was revoked.',
  DATA_EXPORTED: 'Somebody took all their data with them.',
  DELETION_REQUESTED: 'An account is to be deleted.',
  DELETION_CANCELLED: 'An account is not to be deleted after all.',
  ACCOUNT_DELETED: 'An account was deleted.',
  ACCESS_DENIED: 'Somebody asked for what they may not have.',
  ROLES_CHANGED: 'An account got other roles.',
  USER_LOCKED: 'An account was locked, which ends its sessions.',
  USER_UNLOCKED: 'An account was unlocked.',
  EMAIL_REVEALED: 'An administrator has looked at an e-mail address.',
  READ_BY_ADMINISTRATOR:
    'An administrator has read, or follows live, what is of others: a list from its beginning, an account, who may have what.',
  SECRETS_RESEALED: 'Whoever runs the installation has its secrets sealed anew.',
  SIGNING_KEYS_ROTATED: 'Whoever runs the installation has made the next key of access tokens.',
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

/** An event that a client has caused, with no more to say where `details` are left out. */
export const eventBy = (
  { address, userAgent }: Pick<SecurityEvent, 'address' | 'userAgent'>,
  what: Omit<SecurityEvent, 'address' | 'userAgent' | 'details'> &
    Partial<Pick<SecurityEvent, 'details'>>,
): SecurityEvent => ({ details: {}, ...what, address, userAgent });

/** Keeps a security event. It never fails: what it is about has happened. */
export type RecordSecurityEvent = (event: SecurityEvent) => Promise<void>;
