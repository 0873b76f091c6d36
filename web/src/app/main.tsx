import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { renewByCookie } from '../features/users/session/documents';
import { remembered } from '../features/users/session/remembered';
import { createSession } from '../features/users/session/session';
import { openTabs } from '../features/users/session/tabs';
import { createConnectionStore } from '../ui/connection';
import '../ui/font.css';
import { App } from './App';
import { createCache } from './cache';
import { keepCache, restoreCache } from './cache-snapshot';
import { createApolloClient } from './client';
import { forgetPrivateData } from './private-data';
import { createSocket } from './socket';

const connection = createConnectionStore();
const cache = createCache();
restoreCache(cache, localStorage, Date.now());
window.addEventListener('pagehide', () => keepCache(cache, localStorage, Date.now()));

const session = createSession({
  renew: () => renewByCookie(client),
  tabs: openTabs(),
  remembered,
  clock: Date.now,
});
const socketUrl = `${location.origin.replace(/^http/, 'ws')}/graphql`;
const socket = createSocket(socketUrl, connection, session);
const client = createApolloClient(cache, '/graphql', socket, session, connection);
forgetPrivateData(cache, session);
session.start();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <App client={client} connection={connection} session={session} />
  </StrictMode>,
);
