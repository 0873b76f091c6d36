import { useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WalletQuery } from '../../../generated/graphql';
import { Figure, FigureList } from '../../../ui/FigureList';
import { UNKNOWN } from '../../../ui/format';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { errorCode } from '../../../ui/error-code';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import type { AssetPath } from '../feed/WhaleRow';
import { useOwnLabel } from '../own-labels';
import { OWNER_KINDS, shortAddress } from '../parties';
import { WhaleNotice } from '../WhaleNotice';
import { WALLET } from './documents';
import { Follow } from './Follow';
import { HeatMap } from './HeatMap';
import { Labels } from './Labels';
import type { Viewer } from './viewer';
import { WalletMoves } from './WalletMoves';
import { Balances, Counterparties } from './WalletTables';

type Known = NonNullable<WalletQuery['wallet']>;

const REFRESH_EVERY_MS = 30_000;

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: 24,
    maxWidth: 1360,
    padding: '16px 16px 40px',
    '& > header': { display: 'flex', flexWrap: 'wrap', alignItems: 'start', gap: '12px 24px' },
    '& > header > .who': { flex: '1 1 300px', minWidth: 0, display: 'grid', gap: 4 },
    '& h1': { margin: 0, fontSize: TEXT.figure, fontWeight: 600, overflowWrap: 'anywhere' },
    '& .address': { margin: 0, overflowWrap: 'anywhere', fontSize: TEXT.body },
    '& p': { margin: 0 },
    '& a:not(.MuiButtonBase-root)': { color: palette.primary.main },
    '& h2': { margin: '0 0 8px', fontSize: TEXT.title, fontWeight: 600 },
    '& > dl': { gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 300px))', columnGap: 40 },
    '& .two': {
      display: 'grid',
      gap: 24,
      gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
      alignItems: 'start',
    },
    '& .labels': { display: 'grid', gap: 12 },
    // In line with the cells of the tables above.
    '& .row:is(.titles, [data-whale])': { paddingInline: 8 },
    [theme.breakpoints.down('md')]: { '& .two': { gridTemplateColumns: 'minmax(0, 1fr)' } },
    [theme.breakpoints.down('sm')]: { '& > dl': { gridTemplateColumns: 'minmax(0, 1fr)' } },
  };
});

interface HeadProps {
  wallet: Known;
  viewer: Viewer;
  onMoved: () => void;
}

function Head({ wallet, viewer, onMoved }: HeadProps) {
  const { chain, address, explorerUrl } = wallet;
  const label = useOwnLabel(wallet.id) ?? wallet.label;
  return (
    <header>
      <div className="who">
        <h1>{label?.name ?? shortAddress(address)}</h1>
        <p className="address">
          <span className="quiet">
            {chain}
            {label && ` · ${OWNER_KINDS[label.kind]}`} ·
          </span>{' '}
          {address}{' '}
          {explorerUrl !== null && (
            <a href={explorerUrl} target="_blank" rel="noreferrer">
              In a block explorer
            </a>
          )}
        </p>
      </div>
      <Follow wallet={wallet} viewer={viewer} onMoved={onMoved} />
    </header>
  );
}

function Seen({ wallet }: { wallet: Known }) {
  const formats = useFormats();
  const time = (text: string | null) =>
    text === null ? UNKNOWN : formats.dateTime(Date.parse(text));
  return (
    <FigureList>
      <Figure name="First seen">{time(wallet.firstSeen)}</Figure>
      <Figure name="Last seen">{time(wallet.lastSeen)}</Figure>
      <Figure name="Large transactions">{formats.number(wallet.transactionCount, 0)}</Figure>
    </FigureList>
  );
}

const TO_FEED = (
  <Button component={Link} to="/whales" variant="outlined" size="small">
    To the whales
  </Button>
);

interface WalletProps {
  chain: string;
  address: string;
  viewer: Viewer;
  toAsset: AssetPath;
}

/** One wallet: whose it is said to be, what it holds as far as was seen, with whom and when it moves. */
export function Wallet({ chain, address, viewer, toAsset }: WalletProps) {
  const { data, error, refetch } = useQuery(WALLET, {
    variables: { chain, address },
    fetchPolicy: 'no-cache',
    pollInterval: REFRESH_EVERY_MS,
  });
  const [moves, setMoves] = useState(0);
  const reload = () => void refetch().catch(() => undefined);
  const onMoved = () => {
    reload();
    setMoves((count) => count + 1);
  };
  const wallet = data?.wallet;
  if (data && !wallet) {
    return (
      <EmptyState title="Nothing is known of this wallet" action={TO_FEED}>
        No large transaction of it was seen, and nobody says whose it is.
      </EmptyState>
    );
  }
  if (!wallet && error && errorCode(error) === 'INVALID_INPUT') {
    return (
      <EmptyState title="This is no wallet" action={TO_FEED}>
        The chain is not one of those here, or its addresses are written otherwise.
      </EmptyState>
    );
  }
  if (!wallet && error) {
    return (
      <ErrorState
        title="The wallet could not be loaded"
        error={error}
        stillWorks="The feed of whales goes on."
        onRetry={reload}
      />
    );
  }
  if (!wallet) {
    return (
      <Frame aria-busy="true">
        <Skeleton width={280} height={40} />
        <Skeleton variant="rectangular" height={240} />
        <Skeleton variant="rectangular" height={240} />
      </Frame>
    );
  }
  return (
    <>
      <WhaleNotice />
      <Frame>
        <Head wallet={wallet} viewer={viewer} onMoved={onMoved} />
        <Seen wallet={wallet} />
        <div className="two">
          <section className="labels" aria-label="Whose it is said to be">
            <h2>Whose it is said to be</h2>
            <Labels wallet={wallet} viewer={viewer} />
          </section>
          <section aria-label="Activity">
            <h2>When it moves, UTC</h2>
            <HeatMap cells={wallet.activity} />
          </section>
          <section aria-label="Balances">
            <h2>Balance changes seen so far</h2>
            <Balances wallet={wallet} toAsset={toAsset} />
          </section>
          <section aria-label="Counterparties">
            <h2>Counterparties</h2>
            <Counterparties wallet={wallet} />
          </section>
        </div>
        <section aria-label="Transactions">
          <h2>Transactions</h2>
          <WalletMoves
            {...{ chain, address, toAsset }}
            told={`${moves} ${wallet.transactionCount}`}
          />
        </section>
      </Frame>
    </>
  );
}
