import { skipToken, useSubscription } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { Link } from 'react-router';
import { Actions, Notice } from '../../../ui/form';
import { useAction } from '../../../ui/useAction';
import { useRemoval } from '../../../ui/useRemoval';
import { WALLET_MOVED } from './documents';
import { FollowForm } from './FollowForm';
import { type Followed, groupsOf, useFollowed } from './useFollowed';
import type { Viewer } from './viewer';

interface FollowProps {
  wallet: { chain: string; address: string };
  viewer: Viewer;
  /** Told when a followed wallet has taken part in something. */
  onMoved: () => void;
}

/** Lets the viewer follow a wallet, name it and put it into a group. */
export function Follow({ wallet, viewer, onMoved }: FollowProps) {
  const { wallets, follow, change, unfollow } = useFollowed(viewer.isSignedIn);
  const [isEditing, setEditing] = useState(false);
  const followed = wallets?.find(
    ({ chain, address }) => chain === wallet.chain && address === wallet.address,
  );
  useSubscription(
    WALLET_MOVED,
    followed ? { variables: { id: followed.id }, ignoreResults: true, onData: onMoved } : skipToken,
  );
  const { remove, removes, told } = useRemoval('this followed wallet');
  const stop = useAction(async ({ id }: Followed) =>
    remove(id, 'You no longer follow this wallet.', () => unfollow(id)),
  );
  if (!viewer.isSignedIn) {
    return (
      <p className="quiet">
        <Link to={viewer.signInPath}>Sign in</Link> to follow it.
      </p>
    );
  }
  if (isEditing) {
    return (
      <FollowForm
        initial={{ name: followed?.name ?? '', group: followed?.group ?? '' }}
        action={followed ? 'Keep' : 'Follow'}
        groups={groupsOf(wallets)}
        onKeep={(kept) => (followed ? change(followed.id, kept) : follow(wallet, kept))}
        onDone={() => setEditing(false)}
      />
    );
  }
  return (
    <>
      {told}
      {stop.failure !== undefined && <Notice tone="fault">{stop.failure}</Notice>}
      <Actions>
        {followed ? (
          <>
            <Button variant="outlined" size="small" onClick={() => setEditing(true)}>
              Name or group
            </Button>
            <Button
              size="small"
              {...removes(followed.id)}
              aria-disabled={stop.pending}
              onClick={() => stop.run(followed)}
            >
              Unfollow
            </Button>
          </>
        ) : (
          <Button
            variant="contained"
            size="small"
            disableElevation
            aria-disabled={!wallets}
            onClick={() => wallets && setEditing(true)}
          >
            Follow
          </Button>
        )}
      </Actions>
    </>
  );
}
