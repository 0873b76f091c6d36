import type { ApolloClient } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { useMemo } from 'react';
import { BrowserRouter } from 'react-router';
import type { Session } from '../features/users/session/session';
import { SessionContext } from '../features/users/session/session-context';
import { ConnectionContext, type ConnectionStore } from '../ui/connection';
import { GlobalLook } from '../ui/GlobalLook';
import { usePreferences } from '../ui/preferences';
import { createSpyhopTheme } from '../ui/theme';
import { FollowTheme } from './FollowTheme';
import { NamedWallets } from './NamedWallets';
import { Pages } from './Pages';
import { ShownCurrency } from './ShownCurrency';
import { Watchlists } from './Watchlists';

interface AppProps {
  client: ApolloClient;
  connection: ConnectionStore;
  session: Session;
}

/** The whole product: data, look, address bar, pages. */
export function App({ client, connection, session }: AppProps) {
  const { swapColours, theme: mode } = usePreferences();
  const theme = useMemo(() => createSpyhopTheme(swapColours), [swapColours]);
  return (
    <ApolloProvider client={client}>
      <ConnectionContext value={connection}>
        <SessionContext value={session}>
          <ThemeProvider theme={theme} defaultMode={mode} storageManager={null}>
            <FollowTheme />
            <CssBaseline enableColorScheme />
            <GlobalLook />
            <BrowserRouter>
              <Watchlists>
                <NamedWallets>
                  <ShownCurrency>
                    <Pages />
                  </ShownCurrency>
                </NamedWallets>
              </Watchlists>
            </BrowserRouter>
          </ThemeProvider>
        </SessionContext>
      </ConnectionContext>
    </ApolloProvider>
  );
}
