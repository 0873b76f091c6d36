import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { IconAction } from './controls';
import { CloseIcon } from './icons';
import { TEXT } from './theme';

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    position: 'fixed',
    // Beside the rail: notices about security stand in the other corner.
    insetInlineStart: 80,
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
    '&[data-tone="warning"]': { borderColor: palette.warning.main },
    '&[data-tone="fault"]': { borderColor: palette.error.main },
    '& > p': { margin: 0, padding: '6px 0', overflowWrap: 'anywhere' },
    '& a': { color: palette.primary.main, whiteSpace: 'nowrap' },
    [theme.breakpoints.down('sm')]: { insetInlineStart: 16, top: 56, bottom: 'auto' },
  };
});

interface ToastProps {
  tone: 'done' | 'warning' | 'fault';
  children: ReactNode;
  onClose: () => void;
}

/** Something that happened elsewhere than where one looks; it covers a corner, moves nothing, and stays until closed. */
export function Toast({ tone, children, onClose }: ToastProps) {
  return (
    <Frame role={tone === 'done' ? 'status' : 'alert'} data-tone={tone}>
      <p>{children}</p>
      <IconAction label="Close the notice" onClick={onClose}>
        <CloseIcon width={16} height={16} />
      </IconAction>
    </Frame>
  );
}
