import { useFragment } from '@apollo/client/react';
import { memo } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../../generated/gql';
import { assetRef } from '../asset-ref';
import { assetPath } from '../asset-path';
import { StarButton } from '../StarButton';
import { FIGURE_COLUMNS } from './columns';

const ASSET = graphql(`
  fragment AssetRow_asset on Asset {
    symbol
    name
    rank
    ...PriceCell_asset
    ...Change1hCell_asset
    ...Change24hCell_asset
    ...Change7dCell_asset
    ...VolumeCell_asset
    ...MarketCapCell_asset
  }
`);

interface AssetRowProps {
  symbol: string;
  /** Place in the shown order, from 0. */
  index: number;
  /** Distance from the top of the table body in pixels. */
  top: number;
  height: number;
  starred: boolean;
  /** Whether this is the row that the keyboard is on. */
  current: boolean;
  onToggleStar: (symbol: string) => void;
}

/** One asset. It renders when its place or its star changes; figures are live by themselves. */
export const AssetRow = memo(function AssetRow(props: AssetRowProps) {
  const { symbol, index, top, height, starred, current, onToggleStar } = props;
  const { data } = useFragment({
    fragment: ASSET,
    fragmentName: 'AssetRow_asset',
    from: assetRef(symbol),
  });
  return (
    <div
      role="row"
      className="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-symbol={symbol}
      tabIndex={current ? 0 : -1}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" aria-colindex={1} className="cell rank number">
        {data.rank}
      </div>
      <div role="gridcell" aria-colindex={2} className="cell starring">
        <StarButton
          symbol={symbol}
          starred={starred}
          onToggle={onToggleStar}
          tabIndex={current ? 0 : -1}
        />
      </div>
      <div role="rowheader" aria-colindex={3} className="cell asset">
        <Link to={assetPath(symbol)} tabIndex={-1}>
          {symbol} <span className="quiet">{data.name}</span>
        </Link>
      </div>
      {FIGURE_COLUMNS.map(({ id, Cell }, column) => (
        <div key={id} role="gridcell" aria-colindex={column + 4} className="cell figure">
          <Cell symbol={symbol} />
        </div>
      ))}
    </div>
  );
});
