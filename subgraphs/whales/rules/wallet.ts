import { invalidInput } from '@spyhop/platform/errors';
import { readAddress, readChain } from './addresses';

/** An address on a chain. */
export interface WalletKey {
  /** Lower case, e.g. bitcoin. */
  chain: string;
  address: string;
}

/** Forms of addresses where letters and length tell what can be none; without the checksum. */
const FORMS: Readonly<Record<string, RegExp>> = {
  bitcoin:
    /^(bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})$/,
  tron: /^T[1-9A-HJ-NP-Za-km-z]{33}$/,
  solana: /^[1-9A-HJ-NP-Za-km-z]{32,44}$/,
};

/** As everybody writes them. Throws INVALID_INPUT for a name or an address that can be none. */
export function readWallet(asked: WalletKey): WalletKey {
  const chain = readChain(asked.chain);
  if (chain === null) throw invalidInput(`${quoted(asked.chain)} is no name of a chain.`);
  const address = readAddress(chain, asked.address);
  const isOne = address !== null && (FORMS[chain]?.test(address) ?? true);
  if (!isOne) throw invalidInput(`${quoted(asked.address)} is no address of ${chain}.`);
  return { chain, address: address.startsWith('BC1') ? address.toLowerCase() : address };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));

export const walletIdOf = ({ chain, address }: WalletKey): string => `${chain}:${address}`;

/** Null where the text is no id of a wallet. */
export function readWalletId(id: string): WalletKey | null {
  const at = id.indexOf(':');
  if (at < 1) return null;
  const [chain, address] = [id.slice(0, at), id.slice(at + 1)];
  return readAddress(chain, address) === address ? { chain, address } : null;
}
