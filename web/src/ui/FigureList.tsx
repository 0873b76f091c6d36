import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { TEXT } from './theme';

/** A list of named figures: one line each, two columns where there is room for them. */
export const FigureList = styled('dl')(({ theme }) => ({
  display: 'grid',
  gap: '0 24px',
  gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))',
  margin: 0,
  fontSize: TEXT.body,
  '& > div': { display: 'flex', justifyContent: 'space-between', gap: 12, padding: '4px 0' },
  '& dt': { color: theme.vars.palette.text.secondary },
  '& dd': { margin: 0 },
}));

interface FigureProps {
  name: string;
  /** What the figure is, for people who hover. */
  explanation?: string;
  /** Undefined while it loads. */
  children: ReactNode;
}

/** One named figure. */
export function Figure({ name, explanation, children }: FigureProps) {
  return (
    <div title={explanation}>
      <dt>{name}</dt>
      <dd className="number">{children ?? <Skeleton width={72} />}</dd>
    </div>
  );
}
