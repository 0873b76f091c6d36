import useMediaQuery from '@mui/material/useMediaQuery';
import type { Theme } from '@mui/material/styles';
import { useCallback } from 'react';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../generated/graphql';
import { ROW_HEIGHT, usePreferences } from '../../ui/preferences';
import { FeedFrame, NARROW_ROW_HEIGHT } from './feed/feed-look';
import { type AssetPath, WhaleRow } from './feed/WhaleRow';
import { WhaleTitles } from './feed/WhaleTitles';
import type { Party } from './parties';
import { PartyCard, usePartyCard } from './PartyCard';

interface WhaleListProps {
  /** What the list is of, for people who cannot see it. */
  label: string;
  whales: readonly Whale[];
  toAsset: AssetPath;
}

/** Some large transactions, one below the other; for long and live lists there is the feed. */
export function WhaleList({ label, whales, toAsset }: WhaleListProps) {
  const narrow = useMediaQuery((theme: Theme) => theme.breakpoints.down('md'));
  const dense = ROW_HEIGHT[usePreferences().density];
  const card = usePartyCard();
  const { show } = card;
  const onParty = useCallback(
    (party: Party, { chain, sources }: Whale, anchor: HTMLElement) =>
      show({ party, chain, sources, anchor }),
    [show],
  );
  return (
    <FeedFrame aria-label={label} data-narrow={narrow}>
      <div role="table" aria-label={label}>
        <WhaleTitles hidden={false} />
        <div role="rowgroup">
          {whales.map((whale, index) => (
            <WhaleRow
              key={whale.id}
              {...{ whale, index, toAsset, onParty }}
              height={narrow ? NARROW_ROW_HEIGHT : dense}
            />
          ))}
        </div>
      </div>
      <PartyCard shown={card.shown} onClose={card.close} />
    </FeedFrame>
  );
}
