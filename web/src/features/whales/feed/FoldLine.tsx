import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { whyOf } from '../folds';
import type { FeedRow } from './fold-rows';

type Line = Extract<FeedRow<Whale>, { kind: 'why' | 'more' }>;

interface FoldLineProps {
  row: Line;
  top: number;
  height: number;
  index: number;
  onMore: (whale: Whale) => void;
}

function Words({ row, onMore }: Pick<FoldLineProps, 'row' | 'onMore'>) {
  const more = (text: string) => (
    <button type="button" className="fold" onClick={() => onMore(row.whale)}>
      {text}
    </button>
  );
  if (row.kind === 'more') return more('Show more of this group');
  const { fold } = row.whale;
  if (row.state.status === 'failed') return <>The group could not be loaded. {more('Try again')}</>;
  return (
    <>
      {fold && whyOf(fold)}
      {row.state.status === 'loading' && ' · loading its members'}
    </>
  );
}

/** A line of an open group: why it is one, or the way to its other members. */
export function FoldLine({ row, top, height, index, onMore }: FoldLineProps) {
  return (
    <div
      role="row"
      className="row"
      data-fold-line={row.kind}
      aria-rowindex={index + 2}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <span role="cell" aria-colspan={7} className="words quiet">
        <Words row={row} onMore={onMore} />
      </span>
    </div>
  );
}
