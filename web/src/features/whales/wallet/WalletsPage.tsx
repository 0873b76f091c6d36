import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { Link } from 'react-router';
import { Notice } from '../../../ui/form';
import { Things, ThingsSkeleton } from '../../../ui/sections';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { TEXT } from '../../../ui/theme';
import { useAction } from '../../../ui/useAction';
import { useFormats } from '../../../ui/useFormats';
import { useRemoval, type Removal } from '../../../ui/useRemoval';
import { shortAddress, walletPath } from '../parties';
import { FollowForm } from './FollowForm';
import { type Followed, groupsOf, useFollowed } from './useFollowed';
import type { Viewer } from './viewer';

const Frame = styled('section')(({ theme }) => ({
  display: 'grid',
  gridTemplateColumns: 'minmax(0, 1fr)',
  alignContent: 'start',
  gap: 24,
  minHeight: 0,
  overflow: 'auto',
  padding: '16px 16px 32px',
  '& > :is(section, ul)': { maxWidth: 760 },
  '& h2': { margin: '0 0 8px', fontSize: TEXT.title, fontWeight: 600 },
  '& .what a': { color: theme.vars.palette.text.primary },
}));

interface LinesProps extends Pick<ReturnType<typeof useFollowed>, 'change' | 'unfollow'> {
  groups: readonly string[];
  removal: Removal;
}

function Line({ wallet, ...props }: { wallet: Followed } & LinesProps) {
  const { groups, removal, change, unfollow } = props;
  const { id, chain, address, name, group, since } = wallet;
  const [isEditing, setEditing] = useState(false);
  const formats = useFormats();
  const called = name ?? shortAddress(address);
  const stop = useAction(() =>
    removal.remove(id, `You no longer follow ${called}.`, () => unfollow(id)),
  );
  return (
    <li data-followed={id}>
      <div className="what">
        <strong>
          <Link to={walletPath(chain, address)}>{called}</Link>
        </strong>
        <span>
          {chain} · {address} · since {formats.date(Date.parse(since))}
        </span>
        {stop.failure !== undefined && <Notice tone="fault">{stop.failure}</Notice>}
      </div>
      {isEditing ? (
        <FollowForm
          initial={{ name: name ?? '', group: group ?? '' }}
          action="Keep"
          groups={groups}
          onKeep={(kept) => change(id, kept)}
          onDone={() => setEditing(false)}
        />
      ) : (
        <div className="does">
          <Button
            size="small"
            aria-label={`Name or group of ${called}`}
            onClick={() => setEditing(true)}
          >
            Name or group
          </Button>
          <Button
            size="small"
            {...removal.removes(id)}
            aria-label={`Unfollow ${called}`}
            aria-disabled={stop.pending}
            onClick={() => stop.run()}
          >
            Unfollow
          </Button>
        </div>
      )}
    </li>
  );
}

function Groups({ wallets, ...acts }: { wallets: Followed[] } & Omit<LinesProps, 'groups'>) {
  const groups = groupsOf(wallets);
  return [...groups, null].map((group) => {
    const members = wallets.filter((wallet) => wallet.group === group);
    const title = group ?? (groups.length === 0 ? 'Followed' : 'In no group');
    return members.length === 0 ? null : (
      <section key={title} aria-label={title}>
        <h2>{title}</h2>
        <Things aria-label={`Wallets: ${title}`}>
          {members.map((wallet) => (
            <Line key={wallet.id} {...{ wallet, groups }} {...acts} />
          ))}
        </Things>
      </section>
    );
  });
}

function Wallets() {
  const { wallets, error, reload, change, unfollow } = useFollowed(true);
  const removal = useRemoval('followed wallet');
  if (!wallets && error) {
    return (
      <ErrorState
        title="Your wallets could not be loaded"
        error={error}
        stillWorks="The feed of whales goes on."
        onRetry={reload}
      />
    );
  }
  if (!wallets) return <ThingsSkeleton count={3} />;
  return (
    <>
      {removal.told}
      {wallets.length === 0 ? (
        <EmptyState title="You follow no wallet yet">
          Choose somebody in the feed, open the wallet, and follow it there.
        </EmptyState>
      ) : (
        <Groups {...{ wallets, removal, change, unfollow }} />
      )}
    </>
  );
}

/** The wallets that somebody follows, by their groups. */
export default function WalletsPage({ viewer }: { viewer: Viewer }) {
  return (
    <Frame aria-label="Followed wallets">
      <title>Wallets · Whales · Spyhop</title>
      {viewer.isSignedIn ? (
        <Wallets />
      ) : (
        <EmptyState
          title="Follow wallets"
          action={
            <Button component={Link} to={viewer.signInPath} variant="outlined" size="small">
              Sign in
            </Button>
          }
        >
          Wallets that you follow, name and group stand here once you have signed in. Nobody else
          sees them.
        </EmptyState>
      )}
    </Frame>
  );
}
