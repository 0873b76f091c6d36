import { readEvmAddress, readEvmHash, readOtherAddress, readOtherHash } from './addresses';
import { type EvmChain, WELL_KNOWN } from './evm-chains';
import { EXPLORERS, type Explorer, eip3091, pageOf } from './explorers';

/** The chains that are known: well-known ones, and those of a configuration, which may say other things of the former. */
export class Chains {
  private readonly evm: ReadonlyMap<string, EvmChain>;

  constructor(declared: readonly EvmChain[] = []) {
    this.evm = new Map([...WELL_KNOWN, ...declared].map((chain) => [chain.name, chain]));
  }

  /** Whether it is known before anything of it was seen. */
  isKnown(chain: string): boolean {
    return this.evm.has(chain) || Object.hasOwn(EXPLORERS, chain);
  }

  /** As everybody writes it; null where it is none, e.g. several addresses as one. */
  readAddress(chain: string, text: string): string | null {
    return this.evm.has(chain) ? readEvmAddress(text) : readOtherAddress(chain, text);
  }

  /** As everybody writes it; null where it is none. */
  readHash(chain: string, text: string): string | null {
    return this.evm.has(chain) ? readEvmHash(text) : readOtherHash(text);
  }

  /** Its page in a block explorer; null for a chain without a known one. */
  addressUrl({ chain, address }: { chain: string; address: string }): string | null {
    const explorer = this.explorerOf(chain);
    return explorer && pageOf(explorer.address, address);
  }

  /** The same of a transaction. */
  transactionUrl({ chain, hash }: { chain: string; hash: string }): string | null {
    const explorer = this.explorerOf(chain);
    return explorer && pageOf(explorer.transaction, hash);
  }

  private explorerOf(chain: string): Explorer | null {
    const evm = this.evm.get(chain);
    if (evm) return evm.explorer === null ? null : eip3091(evm.explorer);
    return Object.hasOwn(EXPLORERS, chain) ? (EXPLORERS[chain] ?? null) : null;
  }
}

/** Without any configuration. */
export const wellKnownChains = new Chains();
