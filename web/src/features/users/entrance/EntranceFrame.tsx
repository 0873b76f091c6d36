import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { TEXT } from '../../../ui/theme';

const Frame = styled('section')(({ theme }) => ({
  display: 'grid',
  gap: 20,
  alignContent: 'start',
  width: '100%',
  maxWidth: 392,
  marginInline: 'auto',
  padding: 'clamp(24px, 10vh, 96px) 16px 32px',
  fontSize: TEXT.body,
  '& h1': { margin: 0, fontSize: TEXT.figure, fontWeight: 600, lineHeight: 1.25 },
  '& p': { margin: 0, color: theme.vars.palette.text.secondary, overflowWrap: 'anywhere' },
  // Buttons that lead somewhere have colours of their own.
  '& a:not(.MuiButtonBase-root)': { color: theme.vars.palette.primary.main },
  '& .others': {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: '8px 16px',
  },
  '& .or': {
    display: 'flex',
    alignItems: 'center',
    gap: 12,
    fontSize: TEXT.small,
    color: theme.vars.palette.text.secondary,
  },
  '& .or::before, & .or::after': {
    content: '""',
    flex: 1,
    height: 1,
    background: theme.vars.palette.divider,
  },
}));

interface EntranceFrameProps {
  title: string;
  intro?: ReactNode;
  children?: ReactNode;
}

/** One narrow column: what is asked for before somebody is known. */
export function EntranceFrame({ title, intro, children }: EntranceFrameProps) {
  return (
    <Frame>
      <title>{`${title} · Spyhop`}</title>
      <h1>{title}</h1>
      {intro !== undefined && <p>{intro}</p>}
      {children}
    </Frame>
  );
}
