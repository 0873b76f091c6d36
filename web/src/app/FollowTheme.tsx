import { useColorScheme } from '@mui/material/styles';
import { useLayoutEffect } from 'react';
import { usePreferences } from '../ui/preferences';

/** Shows the theme that the preferences name, whenever and wherever they change. */
export function FollowTheme() {
  const { theme } = usePreferences();
  const { setMode } = useColorScheme();
  useLayoutEffect(() => setMode(theme), [setMode, theme]);
  return null;
}
