import { useColorScheme } from '@mui/material/styles';
import type { Scheme } from './theme';

/** The scheme on screen, after the system's choice. */
export function useScheme(): Scheme {
  const { mode, systemMode } = useColorScheme();
  const shown = mode === 'system' ? systemMode : mode;
  return shown === 'light' ? 'light' : 'dark';
}
