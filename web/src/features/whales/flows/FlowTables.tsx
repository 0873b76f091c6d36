import type { WhaleFlowsQuery } from '../../../generated/graphql';
import { directionBetween } from '../../../ui/direction';
import { Amount } from '../../../ui/figures';
import { Nothing } from '../../../ui/sections';
import { useFormats } from '../../../ui/useFormats';
import { TableFrame } from '../TableFrame';

type Flows = WhaleFlowsQuery['exchangeFlows'];

const SHOWN = 12;

/** A net with its sign, in the colour of what it presses towards. */
function Net({ text, unit }: { text: string; unit: string }) {
  const direction = directionBetween(text, '0');
  return (
    <span className={direction}>
      {direction === 'down' && '+'}
      <Amount text={text} unit={unit} />
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
  if (exchanges.length === 0) return <Nothing>No exchange took part.</Nothing>;
  return (
    <TableFrame tabIndex={0} role="region" aria-label="Flows by exchange">
      <table>
        <thead>
          <tr>
            <th scope="col">Exchange</th>
            <th scope="col" className="figure">
              In {symbol}
            </th>
            <th scope="col" className="figure">
              Out {symbol}
            </th>
            <th scope="col" className="figure">
              Net {symbol}
            </th>
            <th scope="col" className="figure">
              Net USD
            </th>
          </tr>
        </thead>
        <tbody>
          {exchanges.slice(0, SHOWN).map((row) => (
            <tr key={row.exchange}>
              <td className="owner">{row.exchange}</td>
              <td className="figure">
                <Amount text={row.in} unit={symbol} />
              </td>
              <td className="figure">
                <Amount text={row.out} unit={symbol} />
              </td>
              <td className="figure">
                <Net text={row.net} unit={symbol} />
              </td>
              <td className="figure">
                <Net text={row.netUsd} unit="USD" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** With whom exchanges exchanged most. */
export function CounterpartyTable({ counterparties }: Pick<Flows, 'counterparties'>) {
  const formats = useFormats();
  if (counterparties.length === 0) return <Nothing>Nobody with a name took part.</Nothing>;
  return (
    <TableFrame tabIndex={0} role="region" aria-label="Top counterparties">
      <table>
        <thead>
          <tr>
            <th scope="col">Counterparty</th>
            <th scope="col" className="figure">
              USD
            </th>
            <th scope="col" className="figure">
              Transactions
            </th>
          </tr>
        </thead>
        <tbody>
          {counterparties.slice(0, SHOWN).map(({ owner, usd, transactions }) => (
            <tr key={owner}>
              <td className="owner">{owner}</td>
              <td className="figure">
                <Amount text={usd} unit="USD" />
              </td>
              <td className="figure number">{formats.number(transactions, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
