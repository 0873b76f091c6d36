import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { TEXT } from './theme';

const SectionFrame = styled('section')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gridTemplateColumns: 'minmax(180px, 260px) minmax(0, 560px)',
    gap: '16px 40px',
    padding: '24px 0',
    fontSize: TEXT.body,
    borderTop: `1px solid ${palette.divider}`,
    '&:first-of-type': { borderTop: 0, paddingTop: 0 },
    '& > header h2': { margin: '0 0 6px', fontSize: TEXT.title, fontWeight: 600 },
    '& > header p': { margin: 0, color: palette.text.secondary },
    '& > .content': { display: 'grid', gap: 16, alignContent: 'start', minWidth: 0 },
    // Buttons that lead somewhere have colours of their own.
    '& a:not(.MuiButtonBase-root)': { color: palette.primary.main },
    '& p': { margin: 0 },
    [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  };
});

interface SectionProps {
  title: string;
  about?: ReactNode;
  children: ReactNode;
}

/** One matter of a page: what it is on the left, what can be done on the right. */
export function Section({ title, about, children }: SectionProps) {
  return (
    <SectionFrame aria-label={title}>
      <header>
        <h2>{title}</h2>
        {about !== undefined && <p>{about}</p>}
      </header>
      <div className="content">{children}</div>
    </SectionFrame>
  );
}

/** Things somebody has, one below the other: what it is, what is known of it, what can be done. */
export const Things = styled('ul')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    margin: 0,
    padding: 0,
    listStyle: 'none',
    fontSize: TEXT.body,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    background: palette.background.paper,
    '& > li': {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: '8px 16px',
      minHeight: 56,
      padding: '8px 12px',
    },
    '& > li + li': { borderTop: `1px solid ${palette.divider}` },
    '& .what': { display: 'grid', gap: 2, flex: '1 1 220px', minWidth: 0 },
    '& .what strong': { fontWeight: 500, overflowWrap: 'anywhere' },
    '& .what span': {
      fontSize: TEXT.small,
      color: palette.text.secondary,
      overflowWrap: 'anywhere',
    },
    '& .does': { display: 'flex', flexWrap: 'wrap', gap: 4 },
    '& .tag': { color: palette.primary.main },
    '& .warning': { color: palette.warning.main },
  };
});

/** What stands in place of so many things while they load. */
export function ThingsSkeleton({ count }: { count: number }) {
  return (
    <Things aria-busy="true" aria-label="Loading">
      {Array.from({ length: count }, (_, at) => (
        <li key={at}>
          <div className="what">
            <Skeleton width={180} />
            <Skeleton width={240} />
          </div>
        </li>
      ))}
    </Things>
  );
}

/** A line of text that says that a list is empty, and what fills it. */
export const Nothing = styled('p')(({ theme }) => ({
  margin: 0,
  padding: '16px 12px',
  color: theme.vars.palette.text.secondary,
  border: `1px dashed ${theme.vars.palette.divider}`,
  borderRadius: 6,
}));
