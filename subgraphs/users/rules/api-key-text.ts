import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fromBase62, toBase62 } from './base62';

/**
 * An API key as its owner sees it once: `spyhop_<id>_<secret><checksum>`. The id is the key's UUID, the secret 32 random
 * bytes, the checksum the CRC-32 (ISO 3309) of everything before it; all three in base62, filled up with zeros. So
 * scanners find leaked keys by API_KEY_PATTERN, and tell them from look-alikes offline, as they do with GitHub's tokens.
 */
export interface ApiKeyText {
  id: string;
  text: string;
}

const PREFIX = 'spyhop';
const ID_LENGTH = 22;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
export const API_KEY_SECRET_BYTES = 32;

/** What an API key looks like anywhere in a text. */
export const API_KEY_PATTERN = /\bspyhop_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}\b/;
const WHOLE = new RegExp(`^${API_KEY_PATTERN.source}$`);

export function writeApiKey(id: string, secret: Buffer): string {
  const number = toBase62(Buffer.from(id.replaceAll('-', ''), 'hex'), ID_LENGTH);
  const unchecked = `${PREFIX}_${number}_${toBase62(secret, SECRET_LENGTH)}`;
  return unchecked + checksumOf(unchecked);
}

/** Null for what is none, is cut short or was mistyped. */
export function readApiKey(text: string): ApiKeyText | null {
  if (
    !WHOLE.test(text) ||
    checksumOf(text.slice(0, -CHECKSUM_LENGTH)) !== text.slice(-CHECKSUM_LENGTH)
  ) {
    return null;
  }
  const bytes = fromBase62(text.split('_')[1] ?? '', 16);
  const [, ...groups] =
    /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(bytes?.toString('hex') ?? '') ?? [];
  return groups.length > 0 ? { id: groups.join('-'), text } : null;
}

/**
 * What is kept of a key. One pass of SHA-256 will do, unlike for passwords: there are 2^256 secrets to try, and a slow
 * hash would only slow down who has the right one.
 */
export const hashApiKey = (text: string): string =>
  createHash('sha256').update(text).digest('base64url');

/** The last characters of a key's text, which say nothing of its secret. */
const checksumOf = (unchecked: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(unchecked));
  return toBase62(bytes, CHECKSUM_LENGTH);
};
