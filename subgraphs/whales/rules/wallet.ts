import { invalidInput } from '@spyhop/platform/errors';
import { readChain } from './addresses';
import type { Chains } from './chains';

/** An address on a chain. */
export interface WalletKey {
  /** Lower case, e.g. bitcoin. */
  chain: string;
  address: string;
}

/** As everybody writes them. Throws INVALID_INPUT for a name or an address that can be none. */
export function readWallet(asked: WalletKey, chains: Chains): WalletKey {
  const chain = readChain(asked.chain);
  if (chain === null) throw invalidInput(`${quoted(asked.chain)} is no name of a chain.`);
  const address = chains.readAddress(chain, asked.address);
  if (address === null) throw invalidInput(`${quoted(asked.address)} is no address of ${chain}.`);
  return { chain, address };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));

export const walletIdOf = ({ chain, address }: WalletKey): string => `${chain}:${address}`;

/** Null where the text is no id of a wallet. */
export function readWalletId(id: string, chains: Chains): WalletKey | null {
  const at = id.indexOf(':');
  if (at < 1) return null;
  const [chain, address] = [id.slice(0, at), id.slice(at + 1)];
  return chains.readAddress(chain, address) === address ? { chain, address } : null;
}
