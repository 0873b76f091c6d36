import { Link } from 'react-router';
import type { WalletQuery } from '../../../generated/graphql';
import { Amount } from '../../../ui/figures';
import { Nothing } from '../../../ui/sections';
import { useFormats } from '../../../ui/useFormats';
import type { AssetPath } from '../feed/WhaleRow';
import { nameOf, OWNER_KINDS, walletPath } from '../parties';
import { TableFrame } from '../TableFrame';

type Wallet = NonNullable<WalletQuery['wallet']>;

/** What it has received and sent of each asset, as far as it was seen. */
export function Balances({ wallet, toAsset }: { wallet: Wallet; toAsset: AssetPath }) {
  if (wallet.balances.length === 0) return <Nothing>Nothing was seen of it yet.</Nothing>;
  return (
    <TableFrame tabIndex={0} role="region" aria-label="Balances seen so far">
      <table>
        <thead>
          <tr>
            <th scope="col">Asset</th>
            <th scope="col" className="figure">
              Received
            </th>
            <th scope="col" className="figure">
              Sent
            </th>
            <th scope="col" className="figure">
              Net
            </th>
          </tr>
        </thead>
        <tbody>
          {wallet.balances.map(({ symbol, received, sent, net, shared }) => (
            <tr key={symbol}>
              <td>
                <Link to={toAsset(symbol)}>{symbol}</Link>
                {shared > 0 && (
                  <span
                    className="quiet"
                    title="Shared with other wallets on its side; nobody says who had how much, so they are in no amount here"
                  >
                    {' '}
                    and {shared} shared
                  </span>
                )}
              </td>
              {[received, sent, net].map((text, index) => (
                <td key={index} className="figure">
                  <Amount text={text} unit={symbol} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** With whom it exchanged most. */
export function Counterparties({ wallet }: { wallet: Wallet }) {
  const formats = useFormats();
  const { chain, counterparties } = wallet;
  if (counterparties.length === 0) return <Nothing>Nobody was seen with it yet.</Nothing>;
  return (
    <TableFrame tabIndex={0} role="region" aria-label="Counterparties">
      <table>
        <thead>
          <tr>
            <th scope="col">With</th>
            <th scope="col">Kind</th>
            <th scope="col" className="figure">
              Received USD
            </th>
            <th scope="col" className="figure">
              Sent USD
            </th>
            <th scope="col" className="figure">
              Transactions
            </th>
          </tr>
        </thead>
        <tbody>
          {counterparties.map((party, index) => (
            <tr key={party.address ?? index}>
              <td className={party.owner === null ? 'number' : 'owner'}>
                {party.address === null ? (
                  nameOf(party)
                ) : (
                  <Link to={walletPath(chain, party.address)} title={party.address}>
                    {nameOf(party)}
                  </Link>
                )}
              </td>
              <td className="quiet">{OWNER_KINDS[party.ownerKind]}</td>
              <td className="figure">
                <Amount text={party.receivedUsd} unit="USD" />
              </td>
              <td className="figure">
                <Amount text={party.sentUsd} unit="USD" />
              </td>
              <td className="figure number">{formats.number(party.transactions, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
