import { randomBytes } from 'node:crypto';
import { REQUEST_CLAIM, digestOfDisclosure } from '@spyhop/platform/disclosed';

interface Batch {
  digests: string[];
  /** Null until the first of them is sent. */
  jwt: string | null;
}

/** So many digests keep a header well below what servers take. */
const MOST_TOGETHER = 32;
const SALT_BYTES = 16;
/** Random bytes for so many salts are made at once, which takes about as long as for one. */
const SALTS_TOGETHER = 256;

/**
 * Lets statements share signatures: what is signed carries their digests, and each is shown alone beside it, as SD-JWT
 * (RFC 9901). Salts keep who sees one from guessing the others. Of all that guards a request a signature takes longest.
 */
export class SharedSignatures {
  private open = newBatch();
  private salts = Buffer.alloc(0);
  private usedBytes = 0;

  /** `sign` makes a JWT of members of JSON. */
  constructor(private readonly sign: (members: string) => string) {}

  /** Members of a statement's JSON. What is returned signs all that was added before the first of them is called for. */
  add(statement: string): () => string {
    const batch = this.batchWithRoom();
    const text = `["${this.newSalt()}","${REQUEST_CLAIM}",{${statement}}]`;
    const disclosure = Buffer.from(text).toString('base64url');
    batch.digests.push(digestOfDisclosure(disclosure));
    return () => {
      batch.jwt ??= this.sign(`"_sd":${JSON.stringify(batch.digests)}`);
      return `${batch.jwt}~${disclosure}~`;
    };
  }

  private newSalt(): string {
    if (this.usedBytes === this.salts.length) {
      this.salts = randomBytes(SALTS_TOGETHER * SALT_BYTES);
      this.usedBytes = 0;
    }
    const at = this.usedBytes;
    this.usedBytes += SALT_BYTES;
    return this.salts.toString('base64url', at, this.usedBytes);
  }

  private batchWithRoom(): Batch {
    const isOver = this.open.jwt !== null || this.open.digests.length >= MOST_TOGETHER;
    if (isOver) this.open = newBatch();
    return this.open;
  }
}

const newBatch = (): Batch => ({ digests: [], jwt: null });
