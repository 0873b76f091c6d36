import { Link } from 'react-router';
import type { WalletQuery } from '../../../generated/graphql';
import { Amount, Worth } from '../../../ui/figures';
import { Nothing } from '../../../ui/sections';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import type { AssetPath } from '../feed/WhaleRow';
import { useOwnLabels } from '../own-labels';
import { calledOf, nameOf, OWNER_KINDS, walletIdOf, walletPath, withOwn } from '../parties';
import { TableFrame } from '../TableFrame';
import { figure, TitledTable } from '../TitledTable';

type Wallet = NonNullable<WalletQuery['wallet']>;

const BALANCE_TITLES = [{ title: 'Asset' }, figure('Received'), figure('Sent'), figure('Net')];
const counterpartyTitles = (currency: string) => [
  { title: 'With' },
  { title: 'Kind' },
  figure(`Received ${currency}`),
  figure(`Sent ${currency}`),
  figure('Transactions'),
];

/** What it has received and sent of each asset, as far as it was seen. */
export function Balances({ wallet, toAsset }: { wallet: Wallet; toAsset: AssetPath }) {
  if (wallet.balances.length === 0) return <Nothing>Nothing was seen of it yet.</Nothing>;
  return (
    <TableFrame tabIndex={0} role="region" aria-label="Balances seen so far">
      <TitledTable titles={BALANCE_TITLES}>
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
      </TitledTable>
    </TableFrame>
  );
}

/** With whom it exchanged most. */
export function Counterparties({ wallet }: { wallet: Wallet }) {
  const formats = useFormats();
  const { currency } = useMoney();
  const own = useOwnLabels();
  const { chain } = wallet;
  const counterparties = wallet.counterparties.map((party) => ({
    ...party,
    ...withOwn({ ...party, walletId: walletIdOf(chain, party.address) }, own),
  }));
  if (counterparties.length === 0) return <Nothing>Nobody was seen with it yet.</Nothing>;
  return (
    <TableFrame tabIndex={0} role="region" aria-label="Whom it deals with">
      <TitledTable titles={counterpartyTitles(currency)}>
        {counterparties.map((party, index) => (
          <tr key={party.address ?? index}>
            <td className={calledOf(party) === null ? 'number' : undefined}>
              {party.address === null ? (
                nameOf(party)
              ) : (
                <Link to={walletPath(chain, party.address)} title={party.address}>
                  {nameOf(party)}
                </Link>
              )}
            </td>
            <td className="quiet">{OWNER_KINDS[party.ownLabel?.kind ?? party.ownerKind]}</td>
            <td className="figure">
              <Worth dollars={party.receivedUsd} />
            </td>
            <td className="figure">
              <Worth dollars={party.sentUsd} />
            </td>
            <td className="figure number">{formats.number(party.transactions, 0)}</td>
          </tr>
        ))}
      </TitledTable>
    </TableFrame>
  );
}
