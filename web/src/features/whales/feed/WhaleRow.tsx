import { memo } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../../generated/gql';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { Amount } from '../../../ui/figures';
import { OutsideIcon } from '../../../ui/icons';
import { useFormats } from '../../../ui/useFormats';
import { DIRECTIONS } from '../directions';
import { type Party, nameOf, walletOf } from '../parties';

graphql(`
  fragment WhaleRow_whaleTransaction on WhaleTransaction {
    id
    chain
    time
    usd
    direction
    explorerUrl
    legs {
      symbol
      kind
      amount
      asset {
        symbol
      }
      from {
        address
        owner
        ownerKind
      }
      to {
        address
        owner
        ownerKind
      }
    }
  }
`);

type Leg = Whale['legs'][number];

/** Where an asset's page is. */
export type AssetPath = (symbol: string) => string;

const KINDS: Partial<Record<Leg['kind'], string>> = {
  MINT: 'Mint',
  BURN: 'Burn',
  FREEZE: 'Freeze',
  UNFREEZE: 'Unfreeze',
  LOCK: 'Lock',
  UNLOCK: 'Unlock',
};

function Chip({ party }: { party: Party }) {
  const wallet = walletOf(party);
  const isKnown = party.owner !== null;
  return (
    <span
      className={isKnown ? 'chip known' : 'chip number'}
      title={[party.owner, wallet, party.address].filter(Boolean).join(' · ')}
    >
      {nameOf(party)}
      {isKnown && wallet !== null && <span className="wallet"> {wallet}</span>}
    </span>
  );
}

function Parties({ parties, none }: { parties: readonly Party[]; none: string }) {
  const [first, ...others] = parties;
  if (!first) return <span className="quiet">{none}</span>;
  return (
    <>
      <Chip party={first} />
      {others.length > 0 && <span className="quiet"> +{others.length}</span>}
    </>
  );
}

function LegAmount({ leg, toAsset }: { leg: Leg; toAsset: AssetPath }) {
  return (
    <>
      <Amount text={leg.amount} unit={leg.symbol} />{' '}
      {leg.asset ? (
        <Link to={toAsset(leg.asset.symbol)}>{leg.symbol}</Link>
      ) : (
        <span>{leg.symbol}</span>
      )}
    </>
  );
}

interface WhaleRowProps {
  whale: Whale;
  top: number;
  height: number;
  index: number;
  toAsset: AssetPath;
}

/** One large transaction: what, how much, from whom to whom. */
export const WhaleRow = memo(function WhaleRow(props: WhaleRowProps) {
  const { whale, top, height, index, toAsset } = props;
  const formats = useFormats();
  const [leg, ...others] = whale.legs;
  if (!leg) return null;
  const time = Date.parse(whale.time);
  return (
    <div
      role="row"
      className="row"
      aria-rowindex={index + 2}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="time number quiet" title={formats.dateTime(time)}>
        {formats.time(time)}
      </span>
      <span role="cell" className="amount">
        <LegAmount leg={leg} toAsset={toAsset} />
        {others.length > 0 && <span className="quiet"> +{others.length}</span>}
      </span>
      <span role="cell" className="usd">
        <Amount text={whale.usd} unit="USD" />
        {whale.usd !== null && <span className="quiet"> USD</span>}
      </span>
      <span role="cell" className="parties">
        <Parties parties={leg.from} none="nobody" />
        <span aria-label="to" className="quiet">
          →
        </span>
        <Parties parties={leg.to} none="nobody" />
      </span>
      <span role="cell" className="what quiet">
        {KINDS[leg.kind] ?? DIRECTIONS[whale.direction]}
      </span>
      <span role="cell" className="chain quiet">
        {whale.chain}
      </span>
      <span role="cell" className="link">
        {whale.explorerUrl !== null && (
          <a
            href={whale.explorerUrl}
            target="_blank"
            rel="noreferrer"
            aria-label="In a block explorer"
          >
            <OutsideIcon width={16} height={16} />
          </a>
        )}
      </span>
    </div>
  );
});
