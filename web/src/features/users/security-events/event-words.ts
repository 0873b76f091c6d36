import type { SecurityEventKind } from '../../../generated/graphql';
import { PLACES } from '../places';

/** What a kind of event says, and what its owner does next. */
export interface EventWords {
  title: string;
  next: string;
  /** Where that is done. */
  place: { path: string; title: string };
}

const SESSIONS = { path: '/account/sessions', title: 'Sessions' };
const SECURITY = { path: '/account/security', title: 'Security' };
const KEYS = { path: '/account/keys', title: 'API keys' };
const AUDIT_LOG = { path: PLACES.auditLog, title: 'Audit log' };

/** Security events in plain words. */
export const EVENT_WORDS: Readonly<Record<SecurityEventKind, EventWords>> = {
  NEW_DEVICE: {
    title: 'Sign-in with a new device',
    next: 'If it was not you, end that session and change your password.',
    place: SESSIONS,
  },
  FAILURE_BURST: {
    title: 'Several failed sign-ins',
    next: 'If they were not yours, somebody is guessing. A second factor keeps them out.',
    place: SECURITY,
  },
  QUICK_RANGE_CHANGE: {
    title: 'Sign-in from another network',
    next: 'A phone that has changed its network looks the same. If it was not you, end that session and change your password.',
    place: SESSIONS,
  },
  TOKEN_REUSED: {
    title: 'A session was used twice',
    next: 'Somebody may have copied it; it was ended. Change your password if you cannot explain it.',
    place: SECURITY,
  },
  PASSKEY_COPIED: {
    title: 'A passkey may have been copied',
    next: 'Remove it, and add a new one.',
    place: SECURITY,
  },
  KEY_FROM_NEW_ADDRESS: {
    title: 'API key used from a new address',
    next: 'If your program has not moved, revoke the key.',
    place: KEYS,
  },
  KEY_USED_ELSEWHERE: {
    title: 'API key refused at a foreign address',
    next: 'Somebody else may have it. Rotate the key, or allow the address.',
    place: KEYS,
  },
  ACCOUNT_SPRAYING: {
    title: 'Many accounts tried from one address',
    next: 'See whether any sign-in from there has worked, and block the address in front of Spyhop.',
    place: AUDIT_LOG,
  },
  KEY_SPRAYING: {
    title: 'Many API keys tried from one address',
    next: 'See whose they are, have them rotated, and block the address in front of Spyhop.',
    place: AUDIT_LOG,
  },
  OTHER: {
    title: 'Something to look at',
    next: 'This page is older than the server and does not know what. Load it again.',
    place: SECURITY,
  },
};

/** Details by what the server calls them, in the order in which they are told. */
const DETAILS: Readonly<Record<string, string>> = {
  reason: 'reason',
  before: 'before',
  after: 'after',
  from: 'from',
  to: 'to',
  failures: 'failed attempts',
  accounts: 'accounts tried',
  keys: 'keys tried',
  sessions: 'sessions ended',
  email: 'address entered',
  field: 'asked for',
  key: 'key',
  device: 'device',
};
const ORDER = Object.keys(DETAILS);

interface Detail {
  name: string;
  value: string;
}

/** Details of an event or of an entry as people read them. */
export const inWords = (details: readonly Detail[]): Detail[] =>
  [...details]
    .sort((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name))
    .map(({ name, value }) => ({ name: DETAILS[name] ?? name, value }));
