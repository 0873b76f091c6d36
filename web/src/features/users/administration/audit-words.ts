import type { AuditKind } from '../../../generated/graphql';

/** What the audit log says has happened, in the fewest words. */
export const AUDIT_WORDS: Readonly<Record<AuditKind, string>> = {
  SIGNED_IN: 'Signed in',
  SIGN_IN_FAILED: 'Sign-in failed',
  SIGN_IN_LIMITED: 'Too many sign-ins, refused',
  SIGNED_OUT: 'Signed out',
  SESSION_ENDED: 'Session ended',
  TOKEN_REUSED: 'Session used twice, ended',
  REGISTERED: 'Account made',
  PASSWORD_CHANGED: 'Password changed',
  PASSWORD_RESET_REQUESTED: 'Password reset asked for',
  EMAIL_CHANGED: 'E-mail changed',
  REAUTHENTICATED: 'Proved again who they are',
  SECOND_FACTOR_FAILED: 'Second factor failed',
  SECOND_FACTOR_LIMITED: 'Too many second factors, refused',
  TOTP_SET_UP: 'Codes of an app turned on',
  TOTP_REMOVED: 'Codes of an app turned off',
  RECOVERY_CODES_RENEWED: 'Recovery codes renewed',
  RECOVERY_CODE_USED: 'Recovery code used',
  PASSKEY_ADDED: 'Passkey added',
  PASSKEY_REMOVED: 'Passkey removed',
  PASSKEY_COPIED: 'Passkey may be a copy',
  API_KEY_CREATED: 'API key made',
  API_KEY_ROTATED: 'API key rotated',
  API_KEY_REVOKED: 'API key revoked',
  API_KEY_USED_FROM_NEW_ADDRESS: 'API key used from a new address',
  API_KEY_USED_ELSEWHERE: 'API key refused at a foreign address',
  DATA_EXPORTED: 'Data exported',
  DELETION_REQUESTED: 'Deletion asked for',
  DELETION_CANCELLED: 'Deletion cancelled',
  ACCOUNT_DELETED: 'Account deleted',
  ACCESS_DENIED: 'Access denied',
  ROLES_CHANGED: 'Roles changed',
  USER_LOCKED: 'Account locked',
  USER_UNLOCKED: 'Account unlocked',
  EMAIL_REVEALED: 'E-mail address looked at',
  OTHER: 'Something newer than this page',
};

/** Every kind that can be asked for. */
export const AUDIT_KINDS = (Object.keys(AUDIT_WORDS) as AuditKind[]).filter(
  (kind) => kind !== 'OTHER',
);
