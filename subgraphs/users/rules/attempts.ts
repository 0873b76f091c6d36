import { createHash } from 'node:crypto';
import type { EmailAddress } from './email';
import { isIpv6, networkOf } from './networks';

/** How often something may be tried before it takes a pause, which doubles each time it comes to that. */
export interface AttemptLimit {
  /** Names it; part of keys in Redis. */
  name: string;
  attempts: number;
  /** Within so many seconds. */
  windowS: number;
  /** Length of the first pause and of the longest, seconds. */
  firstPauseS: number;
  longestPauseS: number;
}

/** Something tried, and what it is counted under. */
export interface Attempt {
  limit: AttemptLimit;
  /** Of whom; no secret and no address in the clear. */
  key: string;
}

/** Somebody who tries passwords from one network. */
export const BY_NETWORK: AttemptLimit = {
  ...{ name: 'network', attempts: 30, windowS: 900 },
  ...{ firstPauseS: 60, longestPauseS: 86_400 },
};
/** … on one account. */
export const BY_ACCOUNT_AND_NETWORK: AttemptLimit = {
  ...{ name: 'account-network', attempts: 5, windowS: 900 },
  ...{ firstPauseS: 60, longestPauseS: 86_400 },
};
/** Many networks on one account: its owner's devices are let in all the same. */
export const BY_ACCOUNT: AttemptLimit = {
  ...{ name: 'account', attempts: 50, windowS: 3_600 },
  ...{ firstPauseS: 300, longestPauseS: 3_600 },
};
/** A device that has signed in to the account before counts for itself, so that no stranger can lock it out. */
export const BY_DEVICE: AttemptLimit = {
  ...{ name: 'device', attempts: 10, windowS: 900 },
  ...{ firstPauseS: 60, longestPauseS: 86_400 },
};
/**
 * Codes of an app, by somebody who has the password: from one network to an account that does not know the device.
 * Passkeys and recovery codes, which nobody guesses, go on: they are counted apart.
 */
export const CODES_BY_NETWORK: AttemptLimit = {
  ...{ name: 'codes-network', attempts: 5, windowS: 900 },
  ...{ firstPauseS: 60, longestPauseS: 86_400 },
};
/** … from many networks: of a million codes three count at a time, so there must be few tries in a year. */
export const CODES_BY_ACCOUNT: AttemptLimit = {
  ...{ name: 'codes-account', attempts: 20, windowS: 86_400 },
  ...{ firstPauseS: 3_600, longestPauseS: 86_400 },
};
/** … in a session, or with a device that has signed in to the account before: no stranger can lock it out. */
export const CODES_BY_DEVICE: AttemptLimit = {
  ...{ name: 'codes-device', attempts: 5, windowS: 900 },
  ...{ firstPauseS: 60, longestPauseS: 86_400 },
};
/**
 * Recovery codes and passkeys, each kind for itself: nobody guesses them, but each that is wrong is written down. By
 * somebody who has the password, from one network or with one device, however often they begin to sign in.
 */
export const UNGUESSABLE_PROOFS: AttemptLimit = {
  ...{ name: 'unguessable-proofs', attempts: 20, windowS: 900 },
  ...{ firstPauseS: 60, longestPauseS: 86_400 },
};
/** Asking for mails, and making accounts. */
export const REQUESTS_BY_NETWORK: AttemptLimit = {
  ...{ name: 'requests', attempts: 20, windowS: 3_600 },
  ...{ firstPauseS: 300, longestPauseS: 86_400 },
};
/** … by somebody who is signed in, to addresses that need not be theirs. */
export const EMAIL_CHANGES_BY_USER: AttemptLimit = {
  ...{ name: 'email-changes', attempts: 10, windowS: 3_600 },
  ...{ firstPauseS: 300, longestPauseS: 86_400 },
};
/** Passwords that are looked at before an account is made: that takes time, also of those that are refused. */
export const NEW_PASSWORDS_BY_NETWORK: AttemptLimit = {
  ...{ name: 'new-passwords', attempts: 100, windowS: 3_600 },
  ...{ firstPauseS: 300, longestPauseS: 86_400 },
};
/** Asking for what passkeys sign, which is kept for some minutes. Pages ask for it unasked, of many people at one address. */
export const CHALLENGES_BY_NETWORK: AttemptLimit = {
  ...{ name: 'challenges', attempts: 300, windowS: 300 },
  ...{ firstPauseS: 60, longestPauseS: 3_600 },
};
/** … by somebody who is signed in and adds a passkey: more often than an account may have one. */
export const PASSKEY_REGISTRATIONS_BY_USER: AttemptLimit = {
  ...{ name: 'passkey-registrations', attempts: 30, windowS: 900 },
  ...{ firstPauseS: 60, longestPauseS: 3_600 },
};
/** Mails to one address that are asked for from one network. */
export const MAILS_BY_NETWORK: AttemptLimit = {
  ...{ name: 'mails-network', attempts: 5, windowS: 3_600 },
  ...{ firstPauseS: 3_600, longestPauseS: 86_400 },
};
/** … from many networks: its pauses do not grow, or strangers would keep its owner's mails away for days. */
export const MAILS_TO_ADDRESS: AttemptLimit = {
  ...{ name: 'mails', attempts: 20, windowS: 3_600 },
  ...{ firstPauseS: 3_600, longestPauseS: 3_600 },
};
/** … with a device that has signed in to the account before: no stranger's requests count against it. */
export const MAILS_BY_DEVICE: AttemptLimit = {
  ...{ name: 'mails-device', attempts: 5, windowS: 3_600 },
  ...{ firstPauseS: 3_600, longestPauseS: 86_400 },
};

/** How long the nth pause in a row is, from 1, in seconds. */
export const pauseOf = ({ firstPauseS, longestPauseS }: AttemptLimit, nth: number): number =>
  Math.min(firstPauseS * 2 ** Math.min(nth - 1, 30), longestPauseS);

/** Larger networks of IPv6 that one subscriber may have (RFC 6177), and how many times what one of /64 may. */
const WIDER = [
  { bits: 56, times: 2 },
  { bits: 48, times: 8 },
];

/** Attempts from one network, the narrowest first: who has many networks of IPv6 comes to an end with all of them. */
export function byNetwork(limit: AttemptLimit, address: string): Attempt[] {
  const wider = isIpv6(address) ? WIDER : [];
  return [
    { limit, key: networkOf(address) },
    ...wider.map(({ bits, times }) => ({
      limit: { ...limit, name: `${limit.name}-${bits}`, attempts: limit.attempts * times },
      key: networkOf(address, bits),
    })),
  ];
}

/** What attempts on an account are counted under: whoever counts them knows nobody's address. */
export const accountKeyOf = ({ key }: EmailAddress): string =>
  createHash('sha256').update(key).digest('base64url');
