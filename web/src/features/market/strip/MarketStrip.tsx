import { useQuery } from '@apollo/client/react';
import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { graphql } from '../../../generated/gql';
import { Change, Worth } from '../../../ui/figures';
import { UNKNOWN } from '../../../ui/format';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { MoverList } from './MoverList';

const GLOBAL_MARKET = graphql(`
  query GlobalMarket {
    globalMarket {
      marketCap
      volume24h
      marketCapChange24h
      btcDominance
      ethDominance
    }
  }
`);

const MOVERS = graphql(`
  query Movers {
    movers(first: 3) {
      gainers {
        symbol
        ...Mover_asset
      }
      losers {
        symbol
        ...Mover_asset
      }
    }
  }
`);

const GLOBAL_EVERY_MS = 60_000;
const MOVERS_EVERY_MS = 30_000;

const Strip = styled('section')(({ theme }) => ({
  display: 'flex',
  alignItems: 'center',
  columnGap: 28,
  rowGap: 4,
  minHeight: 52,
  padding: '6px 16px',
  overflow: 'hidden',
  fontSize: TEXT.body,
  borderBottom: `1px solid ${theme.vars.palette.divider}`,
  '& dl': { display: 'flex', gap: 28, margin: 0 },
  '& dt': { fontSize: TEXT.small, color: theme.vars.palette.text.secondary },
  '& dd': { margin: 0, minWidth: 76, whiteSpace: 'nowrap', display: 'flex', gap: 6 },
  '& .movers': { display: 'flex', gap: 28, marginInlineStart: 'auto' },
  [theme.breakpoints.down('lg')]: {
    '& .extra': { display: 'none' },
    '& .movers ul li:nth-of-type(n + 3)': { display: 'none' },
  },
  [theme.breakpoints.down('sm')]: {
    flexDirection: 'column',
    alignItems: 'stretch',
    '& dl': { justifyContent: 'space-between', gap: 12 },
    '& dd': { minWidth: 56 },
    '& .movers ul li:nth-of-type(n + 2)': { display: 'none' },
    '& .movers': { marginInlineStart: 0, justifyContent: 'space-between', gap: 12 },
  },
}));

function Figure({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={className}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The whole market on one line: what it is worth, what is traded, who moves most. */
export function MarketStrip() {
  const formats = useFormats();
  const global = useQuery(GLOBAL_MARKET, { pollInterval: GLOBAL_EVERY_MS });
  const market = global.data?.globalMarket;
  const blank = global.error ? UNKNOWN : <Skeleton width={64} />;
  const movers = useQuery(MOVERS, { pollInterval: MOVERS_EVERY_MS });
  const { gainers = [], losers = [] } = movers.data?.movers ?? {};
  const share = (value: number | null) => <span className="number">{formats.share(value)}</span>;
  return (
    <Strip aria-label="The whole market">
      <dl>
        <Figure label="Market cap">
          {market ? <Worth dollars={market.marketCap} /> : blank}
          {market && <Change value={market.marketCapChange24h} />}
        </Figure>
        <Figure label="24h volume">{market ? <Worth dollars={market.volume24h} /> : blank}</Figure>
        <Figure label="BTC dominance">{market ? share(market.btcDominance) : blank}</Figure>
        <Figure label="ETH dominance" className="extra">
          {market ? share(market.ethDominance) : blank}
        </Figure>
      </dl>
      <div className="movers">
        <MoverList title="Gainers" movers={gainers} loading={movers.loading} />
        <MoverList title="Losers" movers={losers} loading={movers.loading} />
      </div>
    </Strip>
  );
}
