import type { Sighting } from '../../rules/whale';
import { sightingOf } from '../mempool-space/parse';
import { MempoolTransaction } from '../mempool-space/wire';
import type { Unconfirmed } from './wire';

export const BLOCKCHAIN_INFO = 'blockchain-info';

type Output = Unconfirmed['x']['out'][number];

const outputOf = ({ addr, value }: Output) => ({ scriptpubkey_address: addr, value });

/** Null where it moved nothing, or its hash can be none. */
export function unconfirmedSighting({ x }: Unconfirmed): Sighting | null {
  const transaction = MempoolTransaction.safeParse({
    txid: x.hash,
    vin: x.inputs.map(({ prev_out: spent }) => ({ prevout: spent ? outputOf(spent) : null })),
    vout: x.out.map(outputOf),
    status: { confirmed: false },
  });
  return transaction.success ? sightingOf(transaction.data, x.time * 1_000, BLOCKCHAIN_INFO) : null;
}

/** What all its outputs come to, in satoshi; change is among them. */
export const totalOf = ({ x }: Unconfirmed): number =>
  x.out.reduce((sum, { value }) => sum + value, 0);
