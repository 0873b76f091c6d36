import { Secret, TOTP } from 'otpauth';

/** RFC 4226, section 4, R6 recommends 160 bits. */
export const SEED_BYTES = 20;
const PERIOD_S = 30;
/** Steps before and after now whose codes are taken, for clocks that differ (RFC 6238, section 5.2). */
const WINDOW = 1;
const CODE = /^\d{6}$/;

/** What an app takes in to show codes. */
export interface TotpSetUp {
  /** `otpauth:` of Google Authenticator's Key URI Format, for a QR code. */
  uri: string;
  /** The seed in base32 (RFC 4648, section 6), to be typed. */
  manualKey: string;
}

/** `label` says whose account it is where an app shows several. */
export function totpSetUp(seed: Uint8Array, label: string): TotpSetUp {
  const totp = appOf(seed, label);
  return { uri: totp.toString(), manualKey: totp.secret.base32 };
}

/** The time step that a code is of (RFC 6238, section 4.2); null for one that does not count now, epoch ms. */
export function stepOf(seed: Uint8Array, code: string, now: number): number | null {
  const token = code.replace(/\s/g, '');
  if (!CODE.test(token)) return null;
  const totp = appOf(seed);
  const delta = totp.validate({ token, timestamp: now, window: WINDOW });
  return delta === null ? null : totp.counter({ timestamp: now }) + delta;
}

/** SHA-1 and six digits are all that every app can do. */
const appOf = (seed: Uint8Array, label = ''): TOTP =>
  new TOTP({
    ...{ issuer: 'Spyhop', label, algorithm: 'SHA1', digits: 6, period: PERIOD_S },
    secret: secretOf(seed),
  });

const secretOf = (seed: Uint8Array): Secret => new Secret({ buffer: new Uint8Array(seed).buffer });
