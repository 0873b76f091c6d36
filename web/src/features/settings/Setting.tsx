import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { TEXT } from '../../ui/theme';
import type { Kept } from './useKeeping';

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gap: 6,
    justifyItems: 'start',
    minWidth: 0,
    '& .label': { fontWeight: 500 },
    '& select': { width: '100%', maxWidth: 400 },
    '& .note': { fontSize: TEXT.small, lineHeight: '18px', color: palette.text.secondary },
    '& .note[role="alert"]': { color: palette.error.main },
    '& .note .kept': { color: palette.primary.main },
  };
});

interface SettingProps {
  label: string;
  /** What the choice means or comes to. */
  hint?: ReactNode;
  /** How the last change of this setting stands; null where it was another one, or none. */
  kept: Kept | null;
  children: ReactNode;
}

/** One setting with its name, and with what is wrong where it could not be kept. */
export function Setting({ label, hint, kept, children }: SettingProps) {
  return (
    <Frame>
      <span className="label">{label}</span>
      {children}
      {kept?.fault !== undefined && (
        <span className="note" role="alert">
          {kept.fault}
        </span>
      )}
      {kept?.fault === undefined && hint !== undefined && (
        <span className="note">
          {hint}
          {kept?.isDone && (
            <span className="kept" role="status">
              {' '}
              Saved.
            </span>
          )}
        </span>
      )}
    </Frame>
  );
}
