import type { AuditEntry } from './audit-entry';
import { rangeOf } from './network-range';
import { networkOf, siteOf } from './networks';
import type { SecurityEventKind } from './security-event';

/** What somebody should look at, and what each kind says. */
export const ALERT_KINDS = {
  NEW_DEVICE:
    'Somebody has signed in with a device, or a program on a network, that was not seen before or not since the password was changed.',
  FAILURE_BURST: 'Five attempts to sign in have failed within ten minutes.',
  QUICK_RANGE_CHANGE:
    'Somebody has signed in from a network range that was not seen before, within an hour of a sign-in from another one; where on Earth either is, nobody knows.',
  TOKEN_REUSED: 'A refresh token was used twice, as after a theft; its session was ended.',
  PASSKEY_COPIED: 'A passkey has counted less than before, as if it had been copied.',
  KEY_FROM_NEW_ADDRESS: 'An API key was used from a network address for the first time.',
  KEY_USED_ELSEWHERE: 'An API key was refused at a network address that is not among its own.',
  ACCOUNT_SPRAYING:
    'From one network, sign-ins to ten different accounts have failed within ten minutes; or to forty from networks of IPv6 that one subscriber may have.',
  KEY_SPRAYING:
    'From one network, five different API keys were used for the first time or refused within ten minutes; or twenty from networks of IPv6 that one subscriber may have.',
} as const;

export type AlertKind = keyof typeof ALERT_KINDS;

/** Raised from an entry of the audit log. Time is epoch ms. */
export interface Alert {
  kind: AlertKind;
  at: number;
  /** Whose account; null where it is for administrators only. */
  userId: string | null;
  address: string;
  userAgent: string;
  details: Readonly<Record<string, string>>;
}

/** What came before an entry: of the same account, its sign-ins however old, and from the same network at its largest (`siteOf`), in any order. */
export interface Before {
  ofSubject: readonly AuditEntry[];
  ofSite: readonly AuditEntry[];
  /** Alerts about either. */
  raised: readonly Alert[];
}

/** When an alert is due. */
interface Rule {
  kind: AlertKind;
  /** Entries that can be the last straw. */
  on: readonly SecurityEventKind[];
  for: 'owner' | 'administrators';
  /** After it was raised, the same is not raised again for so long. */
  quietMs: number;
  /** What there is to say; null where it does not hold. */
  holds(entry: AuditEntry, before: Before): Record<string, string> | null;
}

const MINUTE = 60_000;
const BURST = { failures: 5, withinMs: 10 * MINUTE };
const SPRAYED = { accounts: 10, keys: 5, withinMs: 10 * MINUTE };
/** So many times more from the largest network that one subscriber may have, which many may share. */
const SITE_TIMES = 4;
const RANGE_CHANGE_MS = 60 * MINUTE;
/** So much of the past is looked at, for sign-ins all of it. */
export const LOOK_BACK_MS = 90 * 86_400_000;

const FAILURES: readonly SecurityEventKind[] = ['SIGN_IN_FAILED', 'SECOND_FACTOR_FAILED'];
const STRANGE_KEY_USES: readonly SecurityEventKind[] = [
  'API_KEY_USED_FROM_NEW_ADDRESS',
  'API_KEY_USED_ELSEWHERE',
  'API_KEY_REFUSED',
];

/** Always, about a kind of entry that speaks for itself. */
const always = (kind: AlertKind, on: SecurityEventKind): Rule => ({
  ...{ kind, on: [on], for: 'owner', quietMs: 0 },
  holds: ({ details }) => ({ ...details }),
});

const RULES: readonly Rule[] = [
  always('TOKEN_REUSED', 'TOKEN_REUSED'),
  always('PASSKEY_COPIED', 'PASSKEY_COPIED'),
  always('KEY_FROM_NEW_ADDRESS', 'API_KEY_USED_FROM_NEW_ADDRESS'),
  always('KEY_USED_ELSEWHERE', 'API_KEY_USED_ELSEWHERE'),
  {
    ...{ kind: 'NEW_DEVICE', on: ['SIGNED_IN'], for: 'owner', quietMs: 0 },
    holds: (entry, { ofSubject }) => {
      const earlier = signIns(ofSubject);
      if (earlier.length === 0 || entry.details['device'] === 'known') return null;
      const isProgram = entry.details['device'] === 'none';
      return isProgram && earlier.some((each) => isSameClient(each, entry)) ? null : {};
    },
  },
  {
    ...{ kind: 'QUICK_RANGE_CHANGE', on: ['SIGNED_IN'], for: 'owner', quietMs: RANGE_CHANGE_MS },
    holds: (entry, { ofSubject }) => {
      const to = rangeOf(entry.address);
      const earlier = signIns(ofSubject);
      const last = newest(earlier);
      const from = last && rangeOf(last.address);
      if (to === null || !from || entry.at - last.at > RANGE_CHANGE_MS) return null;
      return earlier.some(({ address }) => rangeOf(address) === to) ? null : { from, to };
    },
  },
  {
    ...{ kind: 'FAILURE_BURST', on: FAILURES, for: 'owner', quietMs: 60 * MINUTE },
    holds: (entry, { ofSubject }) => {
      const failed = within(BURST.withinMs, [...ofSubject, entry], entry, FAILURES);
      return failed.length >= BURST.failures ? { failures: String(failed.length) } : null;
    },
  },
  {
    ...{ kind: 'ACCOUNT_SPRAYING', on: FAILURES, for: 'administrators', quietMs: 60 * MINUTE },
    holds: (entry, { ofSite }) => {
      const failed = within(SPRAYED.withinMs, [...ofSite, entry], entry, FAILURES);
      const accounts = sprayed(entry, failed, SPRAYED.accounts, accountOf);
      return accounts === null ? null : { accounts: String(accounts) };
    },
  },
  {
    ...{ kind: 'KEY_SPRAYING', on: STRANGE_KEY_USES, for: 'administrators', quietMs: 60 * MINUTE },
    holds: (entry, { ofSite }) => {
      const used = within(SPRAYED.withinMs, [...ofSite, entry], entry, STRANGE_KEY_USES);
      const keys = sprayed(entry, used, SPRAYED.keys, keyOf);
      return keys === null ? null : { keys: String(keys) };
    },
  },
];

const WATCHED: ReadonlySet<string> = new Set(RULES.flatMap(({ on }) => on));

/** Whether anything can be raised from it at all. */
export const isWatched = ({ kind }: AuditEntry): boolean => WATCHED.has(kind);

/** What is to be raised from an entry. */
export function alertsOf(entry: AuditEntry, before: Before): Alert[] {
  return RULES.flatMap((rule): Alert[] => {
    if (!rule.on.some((kind) => kind === entry.kind)) return [];
    const userId = rule.for === 'owner' ? entry.subject : null;
    if (rule.for === 'owner' ? userId === null : entry.address === '') return [];
    const details = rule.holds(entry, before);
    const alert = { kind: rule.kind, userId, ...pick(entry) };
    if (details === null || isQuiet(rule, alert, before.raised)) return [];
    return [{ ...alert, details }];
  });
}

const pick = ({ at, address, userAgent }: AuditEntry) => ({ at, address, userAgent });

/** The same has been raised a short time ago: about that user, or where it is nobody's, that network at its largest. */
const isQuiet = (
  { kind, quietMs }: Rule,
  { userId, address, at }: Omit<Alert, 'details'>,
  raised: readonly Alert[],
): boolean =>
  raised.some(
    (other) =>
      other.kind === kind &&
      other.userId === userId &&
      (userId !== null || siteOf(other.address) === siteOf(address)) &&
      at - other.at < quietMs,
  );

const accountOf = ({ subject, details }: AuditEntry) => subject ?? details['email'];
const keyOf = ({ details }: AuditEntry) => details['key'];

/** How many different ones were tried from the entry's network, or its largest one, where that is many. */
function sprayed(
  { address }: AuditEntry,
  ofSite: readonly AuditEntry[],
  many: number,
  triedIn: (entry: AuditEntry) => string | undefined,
): number | null {
  const network = networkOf(address);
  const near = new Set(ofSite.filter((each) => networkOf(each.address) === network).map(triedIn))
    .size;
  if (near >= many) return near;
  const all = new Set(ofSite.map(triedIn)).size;
  return all >= many * SITE_TIMES ? all : null;
}

const signIns = (entries: readonly AuditEntry[]): AuditEntry[] =>
  entries.filter(({ kind }) => kind === 'SIGNED_IN');

/** What a program calls itself anybody may call theirs, so it counts only together with where it is. */
const isSameClient = (one: AuditEntry, other: AuditEntry): boolean =>
  one.userAgent === other.userAgent && siteOf(one.address) === siteOf(other.address);

const within = (
  ms: number,
  entries: readonly AuditEntry[],
  { at }: AuditEntry,
  kinds: readonly string[],
): AuditEntry[] =>
  entries.filter((entry) => kinds.includes(entry.kind) && at - entry.at < ms && entry.at <= at);

const newest = (entries: readonly AuditEntry[]): AuditEntry | undefined =>
  entries.reduce<AuditEntry | undefined>(
    (latest, entry) => (latest && latest.sequence > entry.sequence ? latest : entry),
    undefined,
  );
