import { LRUCache } from 'lru-cache';
import type { GraphQLSchema } from 'graphql';
import type { PreparedRequest } from './operations';
import { coerceVariables } from './variables';

type Variables = Readonly<Record<string, unknown>>;

/** Bytes of texts and values that are kept, about. */
const KEPT_BYTES = 8_388_608;
const MAX_TEXT_LENGTH = 1_024;
/** What an entry costs besides its text, in lengths of it. */
const VALUES_PER_TEXT = 4;
const ENTRY_OVERHEAD_BYTES = 512;

/** Coerces variables; those of queries whose answers may be kept come again and again, and are the same object then. */
export class KnownVariables {
  private readonly known = new LRUCache<string, Variables>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (_, text) => ENTRY_OVERHEAD_BYTES + VALUES_PER_TEXT * text.length,
  });

  /** Throws RefusedOperation. */
  coerce(schema: GraphQLSchema, prepared: PreparedRequest, given: Variables): Variables {
    const { cacheable, variableDefinitions } = prepared;
    if (!cacheable) return coerceVariables(schema, variableDefinitions, given);
    const text = cacheable.key + JSON.stringify(given);
    const known = this.known.get(text);
    if (known) return known;
    const coerced = coerceVariables(schema, variableDefinitions, given);
    if (text.length <= MAX_TEXT_LENGTH) this.known.set(text, coerced);
    return coerced;
  }
}
