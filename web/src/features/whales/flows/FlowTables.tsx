import type { ReactNode } from 'react';
import type { WhaleFlowsQuery } from '../../../generated/graphql';
import { directionBetween } from '../../../ui/direction';
import { Amount, Worth } from '../../../ui/figures';
import { Nothing } from '../../../ui/sections';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import { TableFrame } from '../TableFrame';
import { figure, TitledTable } from '../TitledTable';
import { ownerName } from '../owner-names';

type Flows = WhaleFlowsQuery['exchangeFlows'];

const SHOWN = 12;

const exchangeTitles = (symbol: string, currency: string) => [
  { title: 'Exchange' },
  ...[`In ${symbol}`, `Out ${symbol}`, `Net ${symbol}`, `Net ${currency}`].map((title) =>
    figure(title),
  ),
];
const counterpartyTitles = (currency: string) => [
  { title: 'Counterparty' },
  figure(currency),
  figure('Transactions'),
];

/** A net with its sign, in the colour of what it presses towards. */
function Net({ text, children }: { text: string; children: ReactNode }) {
  const direction = directionBetween(text, '0');
  return (
    <span className={direction}>
      {direction === 'down' && '+'}
      {children}
    </span>
  );
}

/** What went into and out of each exchange. */
export function ExchangeTable({
  exchanges,
  symbol,
}: {
  exchanges: Flows['exchanges'];
  symbol: string;
}) {
  const { currency } = useMoney();
  if (exchanges.length === 0) return <Nothing>No exchange took part.</Nothing>;
  return (
    <TableFrame tabIndex={0} role="region" aria-label="Flows by exchange">
      <TitledTable titles={exchangeTitles(symbol, currency)}>
        {exchanges.slice(0, SHOWN).map((row) => (
          <tr key={row.exchange}>
            <td>{ownerName(row.exchange)}</td>
            <td className="figure">
              <Amount text={row.in} unit={symbol} />
            </td>
            <td className="figure">
              <Amount text={row.out} unit={symbol} />
            </td>
            <td className="figure">
              <Net text={row.net}>
                <Amount text={row.net} unit={symbol} />
              </Net>
            </td>
            <td className="figure">
              <Net text={row.netUsd}>
                <Worth dollars={row.netUsd} />
              </Net>
            </td>
          </tr>
        ))}
      </TitledTable>
    </TableFrame>
  );
}

/** With whom exchanges exchanged most. */
export function CounterpartyTable({ counterparties }: Pick<Flows, 'counterparties'>) {
  const formats = useFormats();
  const { currency } = useMoney();
  if (counterparties.length === 0) return <Nothing>Nobody with a name took part.</Nothing>;
  return (
    <TableFrame tabIndex={0} role="region" aria-label="Top counterparties">
      <TitledTable titles={counterpartyTitles(currency)}>
        {counterparties.slice(0, SHOWN).map(({ owner, usd, transactions }) => (
          <tr key={owner}>
            <td>{ownerName(owner)}</td>
            <td className="figure">
              <Worth dollars={usd} />
            </td>
            <td className="figure number">{formats.number(transactions, 0)}</td>
          </tr>
        ))}
      </TitledTable>
    </TableFrame>
  );
}
