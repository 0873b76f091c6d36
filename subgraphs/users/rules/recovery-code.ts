import { createHash } from 'node:crypto';
import { Secret } from 'otpauth';

/** Codes that somebody gets at a time. */
export const CODES = 10;
/** With 112 bits and more a plain hash will do (NIST SP 800-63B, section 5.1.2.2). */
export const CODE_BYTES = 15;

const GROUP = /.{6}(?=.)/g;

/** As it is shown: four groups of base32 (RFC 4648, section 6), which has neither 0 nor 1 to be mistaken. */
export const writeRecoveryCode = (random: Uint8Array): string =>
  new Secret({ buffer: new Uint8Array(random).buffer }).base32
    .toLowerCase()
    .replace(GROUP, (group) => `${group}-`);

/** What is kept of a code, however it was typed. */
export const hashRecoveryCode = (typed: string): Buffer =>
  createHash('sha256').update(typed.replace(/[\s-]/g, '').toLowerCase()).digest();
