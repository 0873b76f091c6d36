import Popover from '@mui/material/Popover';
import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { Link } from 'react-router';
import { TEXT } from '../../ui/theme';
import { useNamed } from './own-labels';
import { nameOf, type Party, walletOf, walletPath } from './parties';
import { WhoSays } from './WhoSays';

const Sheet = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gap: 8,
    width: 'min(340px, calc(100vw - 32px))',
    padding: 16,
    fontSize: TEXT.body,
    '& h2': { margin: 0, fontSize: TEXT.title, fontWeight: 600, overflowWrap: 'anywhere' },
    '& h2 span': { fontWeight: 400, fontSize: TEXT.body },
    '& p': { margin: 0, overflowWrap: 'anywhere' },
    '& .address': { fontSize: TEXT.small, color: palette.text.secondary },
    '& a': { color: palette.primary.main },
  };
});

/** Somebody who took part in a transaction, and who says so. */
export interface ShownParty {
  party: Party;
  chain: string;
  /** Names of the sources of the transaction. */
  sources: readonly string[];
  anchor: HTMLElement;
}

function Details({ party: told, chain, sources }: ShownParty) {
  const party = useNamed(told);
  const wallet = walletOf(party);
  return (
    <Sheet>
      <h2>
        {nameOf(party)} {wallet !== null && <span className="quiet">{wallet}</span>}
      </h2>
      {party.address !== null && <p className="address">{party.address}</p>}
      <WhoSays {...{ party, sources }} />
      {party.address !== null && <Link to={walletPath(chain, party.address)}>Open the wallet</Link>}
    </Sheet>
  );
}

/** Says who somebody is, and on whose word, beside what stands for them. */
export function PartyCard({ shown, onClose }: { shown: ShownParty | null; onClose: () => void }) {
  return (
    <Popover
      open={shown !== null}
      anchorEl={shown?.anchor ?? null}
      onClose={onClose}
      transitionDuration={0}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      slotProps={{ paper: { role: 'dialog', 'aria-label': 'Who this is', sx: { mt: 0.5 } } }}
    >
      {shown && <Details {...shown} />}
    </Popover>
  );
}

/** Which party is shown, and how to change that. */
export function usePartyCard() {
  const [shown, setShown] = useState<ShownParty | null>(null);
  return { shown, show: setShown, close: () => setShown(null) };
}
