import { useFragment } from '@apollo/client/react';
import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import { Link } from 'react-router';
import { graphql } from '../../../generated/gql';
import { Change } from '../../../ui/figures';
import { UNKNOWN } from '../../../ui/format';
import { TEXT } from '../../../ui/theme';
import { assetPath } from '../asset-path';
import { assetRef } from '../asset-ref';

const MOVER = graphql(`
  fragment Mover_asset on Asset {
    symbol
    name
    change24h
  }
`);

const List = styled('div')(({ theme }) => ({
  '& h2': {
    margin: 0,
    fontSize: TEXT.small,
    fontWeight: 400,
    lineHeight: 1.5,
    color: theme.vars.palette.text.secondary,
  },
  '& ul': { display: 'flex', gap: 14, margin: 0, padding: 0, listStyle: 'none', minHeight: 20 },
  '& a': { display: 'flex', gap: 6, color: 'inherit', textDecoration: 'none', fontWeight: 500 },
  '& a:hover': { textDecoration: 'underline' },
}));

function Mover({ symbol }: { symbol: string }) {
  const { data } = useFragment({ fragment: MOVER, from: assetRef(symbol) });
  return (
    <Link to={assetPath(symbol)} title={data.name}>
      {symbol} <Change value={data.change24h ?? null} />
    </Link>
  );
}

interface MoverListProps {
  title: string;
  movers: readonly { symbol: string }[];
  loading: boolean;
}

/** A few assets with their 24 h change. */
export function MoverList({ title, movers, loading }: MoverListProps) {
  return (
    <List>
      <h2>{title}</h2>
      <ul>
        {movers.map(({ symbol }) => (
          <li key={symbol}>
            <Mover symbol={symbol} />
          </li>
        ))}
        {movers.length === 0 && <li>{loading ? <Skeleton width={180} /> : UNKNOWN}</li>}
      </ul>
    </List>
  );
}
