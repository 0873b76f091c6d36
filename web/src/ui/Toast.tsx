import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { IconAction } from './controls';
import { CloseIcon } from './icons';
import { TEXT } from './theme';

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    position: 'fixed',
    insetInlineEnd: 16,
    bottom: 16,
    zIndex: theme.zIndex.snackbar,
    display: 'flex',
    alignItems: 'flex-start',
    gap: 8,
    maxWidth: 'min(440px, calc(100vw - 32px))',
    padding: '8px 8px 8px 16px',
    fontSize: TEXT.body,
    background: palette.surface.high,
    border: `1px solid ${palette.primary.main}`,
    borderRadius: 6,
    '&[role="alert"]': { borderColor: palette.error.main },
    '& > p': { margin: 0, padding: '6px 0', overflowWrap: 'anywhere' },
    '& a': { color: palette.primary.main, whiteSpace: 'nowrap' },
    // Above the bar at the thumb.
    [theme.breakpoints.down('sm')]: { bottom: 'calc(64px + env(safe-area-inset-bottom))' },
  };
});

interface ToastProps {
  tone: 'done' | 'fault';
  children: ReactNode;
  onClose: () => void;
}

/** Something that happened elsewhere than where one looks; it covers a corner, moves nothing, and stays until closed. */
export function Toast({ tone, children, onClose }: ToastProps) {
  return (
    <Frame role={tone === 'fault' ? 'alert' : 'status'}>
      <p>{children}</p>
      <IconAction label="Close the notice" onClick={onClose}>
        <CloseIcon width={16} height={16} />
      </IconAction>
    </Frame>
  );
}
