import { useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import Drawer from '@mui/material/Drawer';
import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import { useId, type ReactNode } from 'react';
import type { WhaleDetailsQuery } from '../../../generated/graphql';
import { IconAction } from '../../../ui/controls';
import { CopyButton } from '../../../ui/CopyButton';
import { errorCode } from '../../../ui/error-code';
import { Amount, ExactWorth } from '../../../ui/figures';
import { CloseIcon } from '../../../ui/icons';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import { usePolling } from '../../../ui/usePolling';
import type { AssetPath } from '../feed/WhaleRow';
import { kindOf } from '../leg-kinds';
import { transactionPath, useClose } from '../opened';
import { PatternFacts } from '../patterns/PatternFacts';
import { WHALE_DETAILS } from './documents';
import { Group } from './Group';
import { LegSection } from './Leg';
import { Life } from './Life';

type Whale = WhaleDetailsQuery['whaleTransaction'];

/** While it is in no block yet it is asked for anew this often, in ms. */
const ASK_EVERY_MS = 10_000;

const Sheet = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    alignContent: 'start',
    gap: 24,
    width: 'min(600px, 100vw)',
    minHeight: '100%',
    padding: '0 24px 40px',
    fontSize: TEXT.body,
    background: palette.background.default,
    [theme.breakpoints.down('sm')]: { paddingInline: 16 },
    '& > header': {
      position: 'sticky',
      top: 0,
      zIndex: 2,
      display: 'flex',
      alignItems: 'center',
      gap: 4,
      marginInline: -24,
      padding: '8px 12px 8px 24px',
      background: palette.background.default,
      borderBottom: `1px solid ${palette.divider}`,
      [theme.breakpoints.down('sm')]: { marginInline: -16, paddingInlineStart: 16 },
    },
    '& > header h2': { flex: 1, minWidth: 0, margin: 0, fontSize: TEXT.title, fontWeight: 600 },
    '& section': {
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 1fr)',
      gap: 12,
      minWidth: 0,
    },
    '& h3': { margin: 0, fontSize: TEXT.title, fontWeight: 600, whiteSpace: 'normal' },
    '& p': { margin: 0, overflowWrap: 'anywhere' },
    '& a:not(.MuiButtonBase-root)': { color: palette.primary.main },
    '& .facts': { display: 'grid', gap: 8, margin: 0 },
    '& .facts > div': { display: 'grid', gridTemplateColumns: '88px minmax(0, 1fr)', gap: 12 },
    '& .facts dt': { color: palette.text.secondary },
    '& .facts dd': { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
    '& .row[data-whale]': { paddingInline: 0 },
    '& .hash': { display: 'flex', alignItems: 'start', gap: 4 },
    '& .hash > span:first-of-type': { minWidth: 0 },
    '& .hash button': { margin: '-6px 0' },
    '& .more': {
      padding: '4px 0',
      font: 'inherit',
      color: palette.primary.main,
      background: 'none',
      border: 0,
      cursor: 'pointer',
    },
    '& .pattern': { paddingTop: 12, borderTop: `1px solid ${palette.divider}` },
  };
});

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({ whale }: { whale: Whale }) {
  const { chain, hash, time, usd, direction, legs, sources, explorerUrl } = whale;
  const formats = useFormats();
  const { currency } = useMoney();
  const at = Date.parse(time);
  const kinds = [...new Set(legs.map((leg) => kindOf(leg.kind, direction)))];
  return (
    <dl className="facts">
      <Fact name="Worth">
        {usd === null ? (
          'Nobody knows a price.'
        ) : (
          <>
            <ExactWorth dollars={usd} />
            <span className="quiet">
              {currency === 'USD' ? ' when it moved' : ' when it moved, at today’s rate'}
            </span>
          </>
        )}
      </Fact>
      <Fact name="Kind">{kinds.join(', ')}</Fact>
      <Fact name="Time">
        {formats.date(at)}, <span className="number">{formats.time(at)}</span>
      </Fact>
      <Fact name="Chain">{chain}</Fact>
      <Fact name="Hash">
        <span className="hash">
          <span>{hash}</span>
          <CopyButton text={hash} label="Copy the hash" />
        </span>
        {explorerUrl !== null && (
          <a href={explorerUrl} target="_blank" rel="noreferrer">
            In a block explorer
          </a>
        )}
      </Fact>
      <Fact name="Told by">{sources.join(', ')}</Fact>
      <Fact name="Status">
        <Life {...whale} />
      </Fact>
    </dl>
  );
}

function Blank() {
  return (
    <div aria-busy="true" aria-label="Loading" role="status">
      {Array.from({ length: 7 }, (_, line) => (
        <Skeleton key={line} height={28} width={line % 2 === 0 ? '80%' : '60%'} />
      ))}
      <Skeleton variant="rectangular" height={240} sx={{ mt: 2 }} />
    </div>
  );
}

/** What it moved, in a line. */
function Title({ whale: { legs } }: { whale: Whale }) {
  const [leg, ...others] = legs;
  if (!leg) return 'Transaction';
  return (
    <>
      <Amount text={leg.amount} unit={leg.symbol} /> {leg.symbol}
      {others.length > 0 && <span className="quiet"> +{others.length}</span>}
    </>
  );
}

function Body({ whale, toAsset }: { whale: Whale; toAsset: AssetPath }) {
  const { id, legs, patterns, fold } = whale;
  return (
    <>
      <Facts whale={whale} />
      <section aria-label="What moved">
        {legs.length > 1 && <h3>{legs.length} assets moved</h3>}
        {legs.map((leg, place) => (
          // Of one asset there may be several.
          <LegSection key={`${place} ${leg.symbol}`} {...{ whale, leg, toAsset }} />
        ))}
      </section>
      {fold && <Group {...{ id, fold, toAsset }} />}
      {patterns.length > 0 && (
        <section aria-label="Patterns">
          {patterns.map((pattern) => (
            <div key={pattern.id} className="pattern">
              <PatternFacts {...{ pattern, toAsset }} Heading="h3" />
            </div>
          ))}
        </section>
      )}
    </>
  );
}

function NotHere({ onClose }: { onClose: () => void }) {
  const close = (
    <Button variant="outlined" size="small" onClick={onClose}>
      Close
    </Button>
  );
  return (
    <EmptyState title="There is no such transaction here" action={close}>
      The link may be cut short, or the transaction belongs to another feed: what was simulated is
      deleted when real ones are shown.
    </EmptyState>
  );
}

const isUnknown = (error: unknown): boolean =>
  ['NOT_FOUND', 'INVALID_INPUT'].includes(errorCode(error));

interface DetailsProps {
  /** Chain and hash. */
  id: string;
  toAsset: AssetPath;
}

/** All that is known of one transaction, beside the page that it was opened on. */
export default function Details({ id, toAsset }: DetailsProps) {
  const close = useClose();
  const titleId = useId();
  const asked = useQuery(WHALE_DETAILS, { variables: { id }, fetchPolicy: 'no-cache' });
  const { data, error, refetch } = asked;
  const whale = data?.whaleTransaction;
  usePolling(asked, whale?.status === 'UNCONFIRMED', ASK_EVERY_MS);
  return (
    <Drawer
      open
      anchor="right"
      onClose={close}
      transitionDuration={0}
      slotProps={{ paper: { role: 'dialog', 'aria-modal': true, 'aria-labelledby': titleId } }}
    >
      <Sheet>
        <header>
          <h2 id={titleId}>{whale ? <Title whale={whale} /> : 'Transaction'}</h2>
          <CopyButton
            text={`${location.origin}${transactionPath(id)}`}
            label="Copy a link to it"
            isLink
          />
          <IconAction label="Close" onClick={close}>
            <CloseIcon />
          </IconAction>
        </header>
        {whale && <Body key={whale.id} {...{ whale, toAsset }} />}
        {!whale && error && isUnknown(error) && <NotHere onClose={close} />}
        {!whale && error && !isUnknown(error) && (
          <ErrorState
            title="The transaction could not be loaded"
            error={error}
            stillWorks="The page behind goes on."
            onRetry={() => void refetch().catch(() => undefined)}
          />
        )}
        {!whale && !error && <Blank />}
      </Sheet>
    </Drawer>
  );
}
