/** Something kept. */
export interface CacheEntry {
  /** Epoch milliseconds. */
  storedAt: number;
  /** Seconds from `storedAt` on that it may be used. */
  maxAgeSeconds: number;
  /** What it goes by when one of them is invalidated. */
  tags: readonly string[];
  body: Buffer;
}

const VERSION = 1;
const HEADER_BYTES = 15;

/** Epoch milliseconds from which on it is not used any more. */
export const expiryOf = ({ storedAt, maxAgeSeconds }: CacheEntry): number =>
  storedAt + maxAgeSeconds * 1_000;

/**
 * As Redis keeps it, numbers big-endian: version (1 byte), stored at (6, ms), maximum age (4, s), length of
 * the tags (4), the tags as a JSON list, the body.
 */
export function encodeEntry({ storedAt, maxAgeSeconds, tags, body }: CacheEntry): Buffer {
  const tagText = Buffer.from(JSON.stringify(tags));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION, 0);
  header.writeUIntBE(storedAt, 1, 6);
  header.writeUInt32BE(maxAgeSeconds, 7);
  header.writeUInt32BE(tagText.length, 11);
  return Buffer.concat([header, tagText, body]);
}

/** Null for what is no entry of this version. */
export function decodeEntry(bytes: Buffer): CacheEntry | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt8(0) !== VERSION) return null;
  const bodyAt = HEADER_BYTES + bytes.readUInt32BE(11);
  const tags = parseTags(bytes.toString('utf8', HEADER_BYTES, bodyAt));
  if (bodyAt > bytes.length || tags === null) return null;
  return {
    storedAt: bytes.readUIntBE(1, 6),
    maxAgeSeconds: bytes.readUInt32BE(7),
    tags,
    body: bytes.subarray(bodyAt),
  };
}

function parseTags(text: string): string[] | null {
  try {
    const tags = JSON.parse(text) as unknown;
    return Array.isArray(tags) ? tags.map(String) : null;
  } catch {
    return null;
  }
}
