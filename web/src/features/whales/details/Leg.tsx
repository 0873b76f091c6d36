import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { Link } from 'react-router';
import type {
  DetailedPartyFragment as DetailedParty,
  UsdBasis,
  WhaleDetailsQuery,
} from '../../../generated/graphql';
import { ExactWorth } from '../../../ui/figures';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import type { AssetPath } from '../feed/WhaleRow';
import { useNamed } from '../own-labels';
import { calledOf, nameOf, walletOf, walletPath } from '../parties';
import { WhoSays } from '../WhoSays';

type Leg = WhaleDetailsQuery['whaleTransaction']['legs'][number];

/** Of so many of one side the others are shown when asked for. */
const SHOWN_AT_FIRST = 8;

const Frame = styled('section')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: 12,
    padding: 16,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    background: palette.background.paper,
    '& h4': { margin: '0 0 4px', fontSize: TEXT.small, fontWeight: 500 },
    '& ul': { display: 'grid', margin: 0, padding: 0, listStyle: 'none' },
    '& li': {
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 1fr)',
      gap: 2,
      padding: '8px 0',
      borderTop: `1px solid ${palette.divider}`,
    },
    '& .line': { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', gap: '2px 12px' },
    '& .line > .address': { gridColumn: 1 },
    '& .line > .share': { gridArea: '1 / 2' },
    '& .who': {
      paddingInline: 6,
      lineHeight: '20px',
      fontWeight: 500,
      overflowWrap: 'anywhere',
      borderRadius: 4,
      background: palette.surface.high,
    },
    '& .who[data-own="true"]': { color: palette.primary.main },
    '& .address': { overflowWrap: 'anywhere', fontSize: TEXT.small },
    '& .quiet': { fontSize: TEXT.small },
  };
});

/** What a worth is reckoned from. */
const BASES: Readonly<Record<UsdBasis, string>> = {
  CANDLES: 'by the last candle before it moved',
  PEG: 'by the promise of its issuer',
  SOURCE: 'as its source says; no price is known here',
};

interface SideProps {
  /** Of the transaction. */
  whale: Pick<WhaleDetailsQuery['whaleTransaction'], 'chain' | 'sources'>;
  symbol: string;
}

function PartyLine({ party: told, whale, symbol }: SideProps & { party: DetailedParty }) {
  const { chain, sources } = whale;
  const formats = useFormats();
  const party = useNamed(told);
  const wallet = walletOf(party);
  const isCalled = calledOf(party) !== null;
  const { address, amount = null } = told;
  return (
    <li>
      <div className="line">
        {(isCalled || address === null) && (
          <span>
            <span className="who" data-own={party.ownLabel !== undefined}>
              {nameOf(party)}
            </span>
            {wallet !== null && <span className="quiet"> {wallet}</span>}
          </span>
        )}
        {address !== null && (
          <Link className="address" to={walletPath(chain, address)}>
            {address}
          </Link>
        )}
        {amount !== null && (
          <span className="share number">
            {formats.exact(amount)} {symbol}
          </span>
        )}
      </div>
      {isCalled && <WhoSays {...{ party, sources }} />}
    </li>
  );
}

interface AllOfSideProps extends SideProps {
  title: string;
  parties: readonly DetailedParty[];
  /** What stands there where there are none. */
  none: string;
}

function Side({ title, parties, none, ...side }: AllOfSideProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? parties : parties.slice(0, SHOWN_AT_FIRST);
  return (
    <div>
      <h4>
        {title}
        {parties.length > 1 && ` · ${parties.length}`}
      </h4>
      {parties.length === 0 && <p className="quiet">{none}</p>}
      <ul>
        {shown.map((party, place) => (
          // Two without an address are told apart by their place alone.
          <PartyLine key={`${place} ${party.address}`} party={party} {...side} />
        ))}
      </ul>
      {shown.length < parties.length && (
        <button type="button" className="more" onClick={() => setWhole(true)}>
          Show all {parties.length}
        </button>
      )}
    </div>
  );
}

interface LegSectionProps {
  whale: SideProps['whale'];
  leg: Leg;
  toAsset: AssetPath;
}

/** All that a transaction moved of one asset, with every sender and receiver. */
export function LegSection({ whale, leg, toAsset }: LegSectionProps) {
  const { symbol, amount, asset, usd, usdBasis, coinsSince, from, to } = leg;
  const formats = useFormats();
  return (
    <Frame aria-label={`${formats.exact(amount)} ${symbol}`}>
      <div>
        <h3 className="number">
          {formats.exact(amount)}{' '}
          {asset ? <Link to={toAsset(asset.symbol)}>{symbol}</Link> : symbol}
        </h3>
        <p>
          {usd === null ? (
            <span className="quiet">Nobody knows a price.</span>
          ) : (
            <>
              <ExactWorth dollars={usd} />{' '}
              {usdBasis !== null && <span className="quiet">{BASES[usdBasis]}</span>}
            </>
          )}
        </p>
        {coinsSince !== null && (
          <p className="quiet">
            The largest of its coins had not moved since {formats.date(Date.parse(coinsSince))}.
          </p>
        )}
      </div>
      <Side title="From" parties={from} none="Nobody: it was made." {...{ whale, symbol }} />
      <Side title="To" parties={to} none="Nobody: it was destroyed." {...{ whale, symbol }} />
    </Frame>
  );
}
