import type { ApolloClient } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { useMemo } from 'react';
import { BrowserRouter } from 'react-router';
import { ConnectionContext, type ConnectionStore } from '../ui/connection';
import { GlobalLook } from '../ui/GlobalLook';
import { usePreferences } from '../ui/preferences';
import { createSpyhopTheme } from '../ui/theme';
import { Pages } from './Pages';

interface AppProps {
  client: ApolloClient;
  connection: ConnectionStore;
}

/** The whole product: data, look, address bar, pages. */
export function App({ client, connection }: AppProps) {
  const { swapColours } = usePreferences();
  const theme = useMemo(() => createSpyhopTheme(swapColours), [swapColours]);
  return (
    <ApolloProvider client={client}>
      <ConnectionContext value={connection}>
        <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="spyhop.scheme">
          <CssBaseline enableColorScheme />
          <GlobalLook />
          <BrowserRouter>
            <Pages />
          </BrowserRouter>
        </ThemeProvider>
      </ConnectionContext>
    </ApolloProvider>
  );
}
