import { useQuery } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { Pager, RowsSkeleton, usePages } from '../../../ui/pages';
import { Nothing } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import type { AssetPath } from '../feed/WhaleRow';
import { WhaleList } from '../WhaleList';
import { WALLET_MOVES } from './documents';

interface WalletMovesProps {
  chain: string;
  address: string;
  toAsset: AssetPath;
  /** Changes with what is told of the wallet: its newest transactions are then loaded anew. */
  told: string;
}

/** The large transactions that a wallet took part in, newest first. */
export function WalletMoves({ chain, address, toAsset, told }: WalletMovesProps) {
  const pages = usePages();
  const { data, previousData, error, refetch } = useQuery(WALLET_MOVES, {
    variables: { chain, address, after: pages.after },
    fetchPolicy: 'no-cache',
  });
  const loadedFor = useRef(told);
  useEffect(() => {
    if (loadedFor.current === told || pages.after !== null) return;
    loadedFor.current = told;
    refetch().catch(() => undefined);
  }, [told, pages.after, refetch]);
  const shown = (data ?? previousData)?.wallet?.transactions;
  if (!shown && error) {
    return (
      <ErrorState
        title="Its transactions could not be loaded"
        error={error}
        stillWorks="The rest of the page is as it was."
        onRetry={() => void refetch().catch(() => undefined)}
      />
    );
  }
  if (!shown) return <RowsSkeleton count={8} />;
  if (shown.edges.length === 0) return <Nothing>Nothing large of it was seen yet.</Nothing>;
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <WhaleList
        label="Transactions of the wallet"
        whales={shown.edges.map(({ node }) => node)}
        toAsset={toAsset}
      />
      <Pager pages={pages} pageInfo={shown.pageInfo} />
    </div>
  );
}
