import { randomBytes } from 'node:crypto';
import { REQUEST_CLAIM, digestOfDisclosure } from '@spyhop/platform/disclosed';

interface Batch {
  digests: string[];
  /** Of all that it has room for: random bytes are made at once for as much as for one. */
  salts: Buffer;
  /** Null until the first of them is sent. */
  jwt: string | null;
}

/** So many digests keep a header well below what servers take. */
const MOST_TOGETHER = 32;
const SALT_BYTES = 16;

/**
 * Lets statements share signatures: what is signed carries their digests, and each is shown alone beside it, as SD-JWT
 * (RFC 9901). Salts keep who sees one from guessing the others. Of all that guards a request a signature takes longest.
 */
export class SharedSignatures {
  private open = newBatch();

  /** `sign` makes a JWT of members of JSON. */
  constructor(private readonly sign: (members: string) => string) {}

  /** Members of a statement's JSON. What is returned signs all that was added before the first of them is called for. */
  add(statement: string): () => string {
    const batch = this.batchWithRoom();
    const at = batch.digests.length * SALT_BYTES;
    const salt = batch.salts.toString('base64url', at, at + SALT_BYTES);
    const text = `["${salt}","${REQUEST_CLAIM}",{${statement}}]`;
    const disclosure = Buffer.from(text).toString('base64url');
    batch.digests.push(digestOfDisclosure(disclosure));
    return () => {
      batch.jwt ??= this.sign(`"_sd":${JSON.stringify(batch.digests)}`);
      return `${batch.jwt}~${disclosure}~`;
    };
  }

  private batchWithRoom(): Batch {
    const isOver = this.open.jwt !== null || this.open.digests.length >= MOST_TOGETHER;
    if (isOver) this.open = newBatch();
    return this.open;
  }
}

const newBatch = (): Batch => ({
  digests: [],
  salts: randomBytes(MOST_TOGETHER * SALT_BYTES),
  jwt: null,
});
