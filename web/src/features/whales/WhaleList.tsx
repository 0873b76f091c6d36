import useMediaQuery from '@mui/material/useMediaQuery';
import type { Theme } from '@mui/material/styles';
import { useCallback } from 'react';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../generated/graphql';
import { ROW_HEIGHT, usePreferences } from '../../ui/preferences';
import { walkRows } from '../../ui/row-links';
import { FeedFrame, NARROW_ROW_HEIGHT } from './feed/feed-look';
import { type AssetPath, WhaleRow } from './feed/WhaleRow';
import { WhaleTitles } from './feed/WhaleTitles';
import { useOpen } from './opened';
import type { Party } from './parties';
import { PartyCard, usePartyCard } from './PartyCard';

interface WhaleListProps {
  /** What the list is of, for people who cannot see it. */
  label: string;
  whales: readonly Whale[];
  /** Three lines for each, however wide the screen. */
  narrow?: boolean;
  toAsset: AssetPath;
}

/** Some large transactions, one below the other; for long and live lists there is the feed. */
export function WhaleList(props: WhaleListProps) {
  const { label, whales, toAsset } = props;
  const onPhone = useMediaQuery((theme: Theme) => theme.breakpoints.down('md'));
  const narrow = props.narrow === true || onPhone;
  const open = useOpen();
  const dense = ROW_HEIGHT[usePreferences().density];
  const card = usePartyCard();
  const { show } = card;
  const onParty = useCallback(
    (party: Party, { chain, sources }: Whale, anchor: HTMLElement) =>
      show({ party, chain, sources, anchor }),
    [show],
  );
  return (
    <FeedFrame aria-label={label} data-narrow={narrow} onKeyDown={walkRows}>
      <div role="table" aria-label={label}>
        <WhaleTitles hidden={false} />
        <div role="rowgroup">
          {whales.map((whale, index) => (
            <WhaleRow
              key={whale.id}
              {...{ whale, index, toAsset, onParty }}
              onOpen={open}
              height={narrow ? NARROW_ROW_HEIGHT : dense}
            />
          ))}
        </div>
      </div>
      <PartyCard shown={card.shown} onClose={card.close} />
    </FeedFrame>
  );
}
