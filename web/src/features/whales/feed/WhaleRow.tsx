import { memo } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../../generated/gql';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { Amount, Worth } from '../../../ui/figures';
import { DownIcon, OutsideIcon, UpIcon } from '../../../ui/icons';
import { shortMoment } from '../../../ui/format';
import { useFormats } from '../../../ui/useFormats';
import { openByRow, ROW_LINK } from '../../../ui/row-links';
import { DIRECTIONS } from '../directions';
import { FOLD_REASONS, whyOf } from '../folds';
import { kindOf } from '../leg-kinds';
import { openingHere, transactionPath } from '../opened';
import type { Party } from '../parties';
import { confirmationsOf, isUndone, STATUS_EXPLANATIONS, STATUS_NAMES } from '../status';
import { partsOf } from '../told';
import { Parties } from './Parties';

graphql(`
  fragment WhaleRow_whaleTransaction on WhaleTransaction {
    id
    chain
    time
    usd
    direction
    status
    confirmations
    sources
    explorerUrl
    fold {
      id
      reason
      explanation
      memberCount
      symbol
      amount
      usd
      direction
      from {
        ...NamedParty @unmask
      }
      to {
        ...NamedParty @unmask
      }
    }
    legs {
      ...MovedLeg @unmask
      kind
      asset {
        symbol
      }
    }
  }
`);

type Leg = Whale['legs'][number];

/** Where an asset's page is. */
export type AssetPath = (symbol: string) => string;
/** Told of a party that somebody wants to know more of, and of the element that shows it. */
export type OnParty = (party: Party, whale: Whale, anchor: HTMLElement) => void;

const NONE: readonly string[] = [];

/** What a row tells of: the transaction, or all of the group that it stands for. */
function toldBy(whale: Whale, isHead: boolean, wanted: readonly string[]) {
  const { fold, legs } = whale;
  if (isHead && fold) {
    const asset = legs.find(({ symbol }) => symbol === fold.symbol)?.asset ?? null;
    return { ...fold, asset, kind: DIRECTIONS[fold.direction], others: [] };
  }
  const [leg, ...others] = partsOf<Leg, Leg>({ fold: null, legs }, wanted);
  if (!leg) return null;
  const kind = kindOf(leg.kind, whale.direction);
  return { ...leg, usd: whale.usd, kind, others: others.map(({ symbol }) => symbol) };
}

interface Told extends Pick<Leg, 'symbol' | 'amount' | 'asset'> {
  toAsset: AssetPath;
}

function ToldAmount({ symbol, amount, asset, toAsset }: Told) {
  return (
    <>
      <Amount text={amount} unit={symbol} />{' '}
      {asset ? <Link to={toAsset(asset.symbol)}>{symbol}</Link> : <span>{symbol}</span>}
    </>
  );
}

/** What has become of it, unless it simply stands. */
function Status({ whale: { status, confirmations } }: { whale: Whale }) {
  if (status === 'CONFIRMED') return null;
  const count = confirmations === null ? '' : `; ${confirmationsOf(confirmations)}`;
  return (
    <span className="status" data-status={status} title={`${STATUS_EXPLANATIONS[status]}${count}`}>
      {STATUS_NAMES[status]}
    </span>
  );
}

interface FoldProps {
  fold: NonNullable<Whale['fold']>;
  isOpen: boolean;
  onToggle: () => void;
}

function FoldToggle({ fold, isOpen, onToggle }: FoldProps) {
  const Arrow = isOpen ? UpIcon : DownIcon;
  return (
    <button
      type="button"
      className="fold"
      aria-expanded={isOpen}
      title={whyOf(fold)}
      onClick={onToggle}
    >
      {FOLD_REASONS[fold.reason]} <span className="number">{fold.memberCount}</span>
      <Arrow width={14} height={14} />
    </button>
  );
}

interface WhaleRowProps {
  whale: Whale;
  /** Where it stands in a list that is placed by hand, in pixels. */
  top?: number;
  height: number;
  /** From 0. */
  index: number;
  toAsset: AssetPath;
  onParty: OnParty;
  /** Told of the transaction whose details somebody wants to see. */
  onOpen: (id: string) => void;
  /** Assets that were asked for: what moved of them is told first. */
  wanted?: readonly string[];
  /** It is one of those that a row above stands for. */
  isMember?: boolean;
  /** It goes into a group as soon as nobody reads. */
  isLeaving?: boolean;
  /** Whether its members are shown; left out where they cannot be. */
  isOpen?: boolean;
  onToggle?: (whale: Whale) => void;
}

/** One large transaction: what, how much, from whom to whom. */
export const WhaleRow = memo(function WhaleRow(props: WhaleRowProps) {
  const { whale, top = 0, height, index, toAsset, onParty, onOpen } = props;
  const { isMember = false, onToggle } = props;
  const formats = useFormats();
  const told = toldBy(whale, onToggle !== undefined && !isMember, props.wanted ?? NONE);
  if (!told) return null;
  const { symbol, amount, asset, usd } = told;
  const time = Date.parse(whale.time);
  const moment = shortMoment(formats, time, Date.now());
  const showParty = (party: Party, anchor: HTMLElement) => onParty(party, whale, anchor);
  return (
    <div
      role="row"
      className="row"
      aria-rowindex={index + 2}
      data-whale={whale.id}
      data-member={isMember}
      data-undone={isUndone(whale.status)}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={(event) => openByRow(event, () => onOpen(whale.id))}
    >
      <span role="cell" className="time number" title={formats.dateTime(time)}>
        <Link
          {...{ [ROW_LINK]: '' }}
          to={transactionPath(whale.id)}
          aria-label={`${moment}, details`}
          onClick={(event) => openingHere(event, () => onOpen(whale.id))}
        >
          {moment}
        </Link>
      </span>
      <span role="cell" className="amount">
        <ToldAmount {...{ symbol, amount, asset, toAsset }} />
        {told.others.length > 0 && (
          <span className="quiet" title={told.others.join(', ')}>
            {' '}
            +{told.others.length}
          </span>
        )}
      </span>
      <span role="cell" className="usd">
        <Worth dollars={usd} named />
      </span>
      <span role="cell" className="parties">
        <Parties parties={told.from} none="nobody" onParty={showParty} />
        <span className="quiet">
          <span aria-hidden="true">→</span>
          <span className="visually-hidden">to</span>
        </span>
        <Parties parties={told.to} none="nobody" onParty={showParty} />
      </span>
      <span role="cell" className="what quiet">
        {whale.fold && onToggle && !isMember ? (
          <FoldToggle
            fold={whale.fold}
            isOpen={props.isOpen === true}
            onToggle={() => onToggle(whale)}
          />
        ) : props.isLeaving ? (
          'Now in a group'
        ) : (
          told.kind
        )}
        <Status whale={whale} />
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
