import Popover from '@mui/material/Popover';
import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { ToggleChip } from '../../ui/controls';
import { TEXT } from '../../ui/theme';
import { useAge } from '../../ui/useAge';
import { useFormats } from '../../ui/useFormats';
import { SOURCE_STATES, isLost, stateOf } from './feed-words';
import { type FeedStatus, useKnownFeedStatus } from './useFeedStatus';

const Chip = styled(ToggleChip)(({ theme }) => {
  const { palette } = theme.vars;
  return {
    height: 28,
    fontSize: TEXT.small,
    [theme.breakpoints.down('sm')]: { '& .word': { display: 'none' } },
    '& .dot': { width: 7, height: 7, borderRadius: '50%', background: palette.warning.main },
    '&[data-good="true"] .dot': { background: palette.primary.main },
  };
});

const Sheet = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gap: 12,
    padding: 16,
    width: 'min(340px, calc(100vw - 32px))',
    fontSize: TEXT.body,
    '& p': { margin: 0 },
    '& ul': { display: 'grid', gap: 8, margin: 0, padding: 0, listStyle: 'none' },
    '& .line': { display: 'flex', justifyContent: 'space-between', gap: 16 },
    '& .lost': { color: palette.warning.main },
    '& small': {
      display: 'block',
      fontSize: TEXT.small,
      color: palette.text.secondary,
      overflowWrap: 'anywhere',
    },
  };
});

/** How long ago a source has told of something, and when on the clock of who asks. */
function Newest({ at }: { at: string }) {
  const formats = useFormats();
  const time = Date.parse(at);
  const age = useAge(time);
  return (
    <time dateTime={at} title={formats.dateTime(time)}>
      Newest {formats.ago(age)}
    </time>
  );
}

function Sources({ status }: { status: FeedStatus }) {
  return (
    <Sheet>
      <p>{status.message}</p>
      <ul aria-label="Sources">
        {status.sources.map((source) => (
          <li key={source.name}>
            <div className="line">
              <span>{source.name}</span>
              <span className={isLost(source) ? 'lost' : 'quiet'}>
                {SOURCE_STATES[source.state]}
              </span>
            </div>
            <small>
              {source.newestAt === null ? 'Nothing yet' : <Newest at={source.newestAt} />}
            </small>
            {source.message !== '' && <small>{source.message}</small>}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** Says where the whales come from, and how each source is doing. */
export function SourcesButton() {
  const status = useKnownFeedStatus();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (!status) return null;
  const { word, isGood } = stateOf(status);
  return (
    <>
      <Chip
        type="button"
        aria-label={`Sources: ${word}`}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        data-good={isGood}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <span className="dot" />
        <span className="word">{word}</span>
      </Chip>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        transitionDuration={0}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': 'Sources', sx: { mt: 0.5 } } }}
      >
        <Sources status={status} />
      </Popover>
    </>
  );
}
