import type { OwnerKind } from '../../generated/graphql';

/** One of those between whom something moved. */
export interface Party {
  address: string | null;
  owner: string | null;
  ownerKind: OwnerKind;
}

const WALLET: Partial<Record<OwnerKind, string>> = {
  EXCHANGE: 'exchange',
  EXCHANGE_HOT: 'hot wallet',
  EXCHANGE_COLD: 'cold wallet',
  EXCHANGE_DEPOSIT: 'deposit',
  FUND: 'fund',
  TREASURY: 'treasury',
  BRIDGE: 'bridge',
  DEFI: 'DeFi',
  MINER: 'miner',
};

/** What kind of wallet it is, for people; null where nobody says. */
export const walletOf = ({ ownerKind }: Party): string | null => WALLET[ownerKind] ?? null;

const HEAD = 6;
const TAIL = 4;

/** The address where it can be told apart from others: 0x28c6…1d60. */
export const shortAddress = (address: string): string =>
  address.length <= HEAD + TAIL + 1 ? address : `${address.slice(0, HEAD)}…${address.slice(-TAIL)}`;

/** Who it is, as far as anybody knows. */
export const nameOf = ({ owner, address }: Party): string =>
  owner ?? (address === null ? 'unknown' : shortAddress(address));
