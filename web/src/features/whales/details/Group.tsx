import { useQuery } from '@apollo/client/react';
import type { WhaleDetailsQuery } from '../../../generated/graphql';
import { Amount, Worth } from '../../../ui/figures';
import { Pager, RowsSkeleton, usePages } from '../../../ui/pages';
import { ErrorState } from '../../../ui/StateViews';
import { DIRECTIONS } from '../directions';
import { FOLD_MEMBERS, FOLD_REASONS, whyOf } from '../folds';
import type { AssetPath } from '../feed/WhaleRow';
import { WhaleList } from '../WhaleList';

type Fold = NonNullable<WhaleDetailsQuery['whaleTransaction']['fold']>;

const PER_PAGE = 20;

interface MembersProps {
  /** Of the transaction. */
  id: string;
  toAsset: AssetPath;
}

function Members({ id, toAsset }: MembersProps) {
  const pages = usePages();
  const { data, previousData, error, refetch } = useQuery(FOLD_MEMBERS, {
    variables: { id, first: PER_PAGE, after: pages.after },
    fetchPolicy: 'no-cache',
  });
  const members = (data ?? previousData)?.whaleTransaction.fold?.members;
  if (!members && error) {
    return (
      <ErrorState
        title="The group could not be loaded"
        error={error}
        stillWorks="The transaction itself is as it was."
        onRetry={() => void refetch().catch(() => undefined)}
      />
    );
  }
  if (!members) return <RowsSkeleton count={3} />;
  return (
    <>
      <WhaleList
        label="Transactions of the group"
        whales={members.edges.map(({ node }) => node)}
        narrow
        toAsset={toAsset}
      />
      <Pager pages={pages} pageInfo={members.pageInfo} />
    </>
  );
}

/** Of what a transaction is a part: why that is one event, how much it was in all, and every member. */
export function Group({ fold, ...members }: MembersProps & { fold: Fold }) {
  const { reason, memberCount, symbol, amount, usd, direction } = fold;
  return (
    <section aria-label="The group">
      <h3>
        {FOLD_REASONS[reason]} of {memberCount} transactions
      </h3>
      <p>{whyOf(fold)}</p>
      <p>
        <Amount text={amount} unit={symbol} /> {symbol} in all · <Worth dollars={usd} named /> ·{' '}
        {DIRECTIONS[direction]}
      </p>
      <Members {...members} />
    </section>
  );
}
