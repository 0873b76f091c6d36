import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** A 256-bit key of AES and the name that what it sealed bears. */
export interface SecretKey {
  id: string;
  key: Uint8Array;
}

/** The first key seals; all of them open. Never empty. */
export type KeyRing = readonly [SecretKey, ...SecretKey[]];

/** What was sealed cannot be opened: a key that is gone, a changed byte, or other associated data. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D, section 8.2.2: random nonces of 96 bits, for at most 2^32 seals of one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals secrets at rest with AES-256-GCM (NIST SP 800-38D), as text:
 * the key's id, a dot, and base64url of nonce, ciphertext and tag.
 */
export class SecretBox {
  private readonly keys: ReadonlyMap<string, Uint8Array>;

  constructor(
    private readonly ring: KeyRing,
    private readonly random: (bytes: number) => Uint8Array = randomBytes,
  ) {
    this.keys = new Map(ring.map(({ id, key }) => [id, key]));
  }

  /**
   * `associated` says where it belongs, like `totp:` and the user's id: sealed text that is moved elsewhere
   * does not open there.
   */
  seal(secret: string | Uint8Array, associated: string | Uint8Array = ''): string {
    const [{ id, key }] = this.ring;
    const nonce = this.random(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(associated));
    const sealed = [nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()];
    return `${id}.${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** Throws SealBroken. */
  open(sealed: string, associated: string | Uint8Array = ''): Buffer {
    const { id, bytes } = parse(sealed);
    const key = this.keys.get(id);
    if (!key) throw new SealBroken(`no key ${JSON.stringify(id)} is on the ring`);
    const end = bytes.length - TAG_BYTES;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(associated)).setAuthTag(bytes.subarray(end));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]);
    } catch {
      throw new SealBroken('the sealed text was changed, or belongs elsewhere');
    }
  }

  /** `open` for what was text. Throws SealBroken. */
  openText(sealed: string, associated = ''): string {
    return this.open(sealed, associated).toString('utf8');
  }

  /** What begins everything that is sealed now, and nothing that an older key has sealed. */
  get currentPrefix(): string {
    return `${this.ring[0].id}.`;
  }
}

function parse(sealed: string): { id: string; bytes: Buffer } {
  const [, id, text] = /^([\w-]+)\.([\w-]+)$/.exec(sealed) ?? [];
  const bytes = Buffer.from(text ?? '', 'base64url');
  // Base64url has several spellings of its last byte; only ours is taken.
  if (id === undefined || bytes.toString('base64url') !== text) throw new SealBroken('not sealed');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('the sealed text is cut short');
  return { id, bytes };
}

/** A key ring of one new key. */
export const newKeyRingText = (id: string): string =>
  `${id}:${randomBytes(KEY_BYTES).toString('base64')}`;

/**
 * A key ring in a variable, SECRET_KEYS: `id:base64,id:base64`, each 32 bytes. To rotate, put a new key in front,
 * seal everything anew, and only then take the old key off. Faults name entries, never keys.
 */
export const keyRing = z.string().transform((text, context): KeyRing => {
  const keys = text.split(',').map((entry, at) => {
    const [, id, base64] = /^\s*([\w-]{1,32}):([\w+/=-]+)\s*$/.exec(entry) ?? [];
    const key = Buffer.from(base64 ?? '', 'base64');
    if (id === undefined) context.addIssue(`entry ${at + 1} must be like id:base64`);
    else if (key.length !== KEY_BYTES)
      context.addIssue(`key "${id}" must have ${KEY_BYTES} bytes in base64, not ${key.length}`);
    return { id: id ?? '', key };
  });
  const ids = keys.map(({ id }) => id);
  const twice = ids.find((id, at) => id !== '' && ids.indexOf(id) !== at);
  if (twice !== undefined) context.addIssue(`key "${twice}" is there twice`);
  const [first, ...rest] = keys;
  return first ? [first, ...rest] : z.NEVER;
});
