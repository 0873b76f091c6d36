import { SpyhopError } from '@spyhop/platform/errors';
import type { Counter } from 'prom-client';
import { z } from 'zod';
import type { WhoPays } from '../plan/operations';
import { refused } from '../plan/refused';
import type { PersistedTexts } from './persisted-texts';
import type { Safelist } from './safelist';
import { sha256 } from './sha256';

/** A request as far as it says what is asked; an empty text stands for none. */
interface AskedText {
  query: string;
  operationName?: string | null;
  extensions?: Readonly<Record<string, unknown>> | null;
}

/** Throws RefusedOperation for what cannot be served. */
export type Prepare = (
  query: string,
  operationName: string | null | undefined,
  payer: WhoPays,
) => unknown;

interface PersistedOptions {
  /** What clients have registered; null where they may not. */
  automatic: PersistedTexts | null;
  safelist: Safelist;
  prepare: Prepare;
  metrics: { persisted: Counter<'outcome'> };
}

const Extension = z.object({ version: z.literal(1), sha256Hash: z.string().min(1).max(256) });
const SHA_256 = /^[0-9a-f]{64}$/;
const BAD_EXTENSION =
  'extensions.persistedQuery must be {"version": 1, "sha256Hash": "<the hash in hexadecimal>"}.';

/**
 * Says which text a request means: its own, one of the manifest, or one that a client has registered by sending
 * it once together with its hash (Apollo's automatic persisted queries,
 * https://www.apollographql.com/docs/apollo-server/performance/apq). What the safelist keeps out has none.
 */
export class PersistedOperations {
  constructor(private readonly options: PersistedOptions) {}

  /**
   * At once, where nobody else must be asked. Throws, or rejects with, SpyhopError and RefusedOperation.
   */
  textOf(asked: AskedText, payer: WhoPays): string | Promise<string> {
    const { automatic, safelist } = this.options;
    const hash = hashOf(asked);
    if (hash === null) return this.permitted(asked.query);
    if (asked.query !== '') return this.registered(asked, hash, payer);
    const known = safelist.textOf(hash) ?? automatic?.peek(hash);
    return known === undefined ? this.lookUp(hash) : this.found(known);
  }

  private async lookUp(hash: string): Promise<string> {
    const { automatic, metrics } = this.options;
    if (!automatic) {
      throw new SpyhopError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
    }
    const text = SHA_256.test(hash) ? await automatic.find(hash) : undefined;
    if (text !== undefined) return this.found(text);
    metrics.persisted.inc({ outcome: 'unknown' });
    throw new SpyhopError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  }

  private found(text: string): string {
    this.options.metrics.persisted.inc({ outcome: 'found' });
    return this.permitted(text);
  }

  /** Only what can be served is kept: nobody else could use it. */
  private registered(
    { query, operationName }: AskedText,
    hash: string,
    payer: WhoPays,
  ): string | Promise<string> {
    const { automatic, safelist, prepare, metrics } = this.options;
    if (safelist.textOf(hash) === query) return query;
    if (!automatic) return this.permitted(query);
    if (sha256(query) !== hash) {
      metrics.persisted.inc({ outcome: 'mismatched' });
      throw new SpyhopError(
        'PERSISTED_QUERY_HASH_MISMATCH',
        'The SHA-256 of the text is not the hash that was sent with it; hash the text as it is sent.',
      );
    }
    this.permitted(query);
    return Promise.resolve(prepare(query, operationName, payer)).then(() => {
      metrics.persisted.inc({ outcome: 'registered' });
      automatic.keep(hash, query);
      return query;
    });
  }

  private permitted(text: string): string {
    this.options.safelist.check(text);
    return text;
  }
}

function hashOf({ extensions }: AskedText): string | null {
  const extension = extensions?.['persistedQuery'];
  if (extension == null) return null;
  const parsed = Extension.safeParse(extension);
  if (parsed.success) return parsed.data.sha256Hash;
  throw refused('BAD_REQUEST', BAD_EXTENSION, 400);
}
