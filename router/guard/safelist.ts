import { SpyhopError } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import { type DocumentNode, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { OperationText } from '../plan/operations';
import { RefusedOperation } from '../plan/refused';
import { type OperationLimits, parseWithin } from './limits';
import { type Manifest, NO_MANIFEST, normalText } from './manifest';
import { sha256 } from './sha256';

/** What becomes of operations that are not on the list. */
export type SafelistMode = 'off' | 'log' | 'enforce';

interface SafelistOptions {
  mode: SafelistMode;
  limits: OperationLimits;
  /** Called for every one that is not on the list. */
  onUnlisted: () => void;
  log: Log;
}

interface Verdict {
  isListed: boolean;
  /** Of its first operation; null where it has none. */
  name: string | null;
}

const KEPT_VERDICTS = 10_000;
const LOGGED_NAMES = 1_000;
const LOGGED_AGAIN_MS = 3_600_000;
const LONGEST_LOGGED_NAME = 128;

/** The operations of a manifest, by their ids, and what is done about all others. */
export class Safelist {
  private manifest: Manifest = NO_MANIFEST;
  /** By the hash of a text that is not word by word on the list. */
  private readonly verdicts = new LRUCache<string, Verdict>({ max: KEPT_VERDICTS });
  private readonly logged = new LRUCache<string, true>({
    max: LOGGED_NAMES,
    ttl: LOGGED_AGAIN_MS,
  });

  constructor(private readonly options: SafelistOptions) {}

  use(manifest: Manifest): void {
    this.manifest = manifest;
    this.verdicts.clear();
  }

  get operations(): readonly OperationText[] {
    return this.manifest.operations;
  }

  /** What a client means by an id. */
  textOf(id: string): string | undefined {
    return this.manifest.texts.get(id);
  }

  /** Throws QUERY_NOT_IN_SAFELIST for a text that is not on the list, whatever its layout, where only those are served. */
  check(text: string): void {
    const { mode, onUnlisted } = this.options;
    if (mode === 'off') return;
    const { isListed, name } = this.verdictOn(text);
    if (isListed) return;
    onUnlisted();
    if (mode === 'enforce') {
      throw new SpyhopError(
        'QUERY_NOT_IN_SAFELIST',
        'Only operations that are on the list of this API are served, and this one is not.',
      );
    }
    this.report(name);
  }

  private verdictOn(text: string): Verdict {
    if (this.manifest.exact.has(text)) return { isListed: true, name: null };
    const key = sha256(text);
    const known = this.verdicts.get(key);
    if (known) return known;
    const document = this.parsed(text);
    const verdict = {
      isListed: document !== null && this.manifest.normal.has(normalText(document)),
      name: document && nameOf(document),
    };
    this.verdicts.set(key, verdict);
    return verdict;
  }

  private parsed(text: string): DocumentNode | null {
    try {
      return parseWithin(text, this.options.limits);
    } catch (err) {
      if (err instanceof RefusedOperation) return null;
      throw err;
    }
  }

  /** Each name once in an hour: clients choose how often they ask. */
  private report(name: string | null): void {
    const operation = name?.slice(0, LONGEST_LOGGED_NAME) ?? 'unnamed';
    if (this.logged.has(operation)) return;
    this.logged.set(operation, true);
    this.options.log.warn({ operation }, `an operation that is not on the list: ${operation}`);
  }
}

function nameOf({ definitions }: DocumentNode): string | null {
  const first = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return first?.kind === Kind.OPERATION_DEFINITION ? (first.name?.value ?? null) : null;
}
