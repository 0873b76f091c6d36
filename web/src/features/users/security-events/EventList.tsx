import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { Nothing, Things } from '../../../ui/sections';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import type { SecurityEvent } from './documents';
import { EVENT_WORDS, inWords } from './event-words';

interface EventLineProps {
  event: SecurityEvent;
  /** What to do next, in a sentence. */
  next?: string | undefined;
  /** Where that is done. */
  children: ReactNode;
}

/** One event: what it is, when and where it was, and what to do next. */
export function EventLine({ event, next, children }: EventLineProps) {
  const formats = useFormats();
  const { kind, at, address, device, details } = event;
  const facts = [
    formats.dateTime(Date.parse(at)),
    device,
    ...(address === null ? [] : [`from ${address}`]),
    ...inWords(details).map(({ name, value }) => `${name}: ${value}`),
  ];
  return (
    <li>
      <div className="what">
        <strong>{EVENT_WORDS[kind].title}</strong>
        <span>{facts.join(' · ')}</span>
        {next !== undefined && <p>{next}</p>}
      </div>
      <div className="does">{children}</div>
    </li>
  );
}

const Frame = styled('div')(({ theme }) => ({
  position: 'relative',
  '& > .pill': {
    position: 'absolute',
    insetBlockStart: -14,
    insetInlineStart: '50%',
    zIndex: 1,
    transform: 'translateX(-50%)',
    minWidth: 0,
    height: 28,
    paddingInline: 14,
    fontSize: TEXT.small,
    borderRadius: 14,
  },
  '& .what p': { margin: '4px 0 0', color: theme.vars.palette.text.primary },
  '& [aria-busy="true"] *': { color: theme.vars.palette.text.secondary },
}));

interface EventListProps {
  events: readonly SecurityEvent[];
  /** How many have come since the list was read: they wait until somebody wants them. */
  arrived: number;
  onShow: () => void;
  busy: boolean;
  /** What stands where there are none. */
  empty: string;
  line: (event: SecurityEvent) => ReactNode;
}

/** Events, the newest first, with those that wait behind a pill. */
export function EventList({ events, arrived, onShow, busy, empty, line }: EventListProps) {
  return (
    <Frame>
      {arrived > 0 && (
        <Button className="pill" variant="contained" disableElevation onClick={onShow}>
          {arrived} new
        </Button>
      )}
      {events.length === 0 ? (
        <Nothing>{empty}</Nothing>
      ) : (
        <Things aria-busy={busy}>{events.map(line)}</Things>
      )}
    </Frame>
  );
}
