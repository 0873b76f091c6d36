import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createConnectionStore } from '../ui/connection';
import '../ui/font.css';
import { App } from './App';
import { createCache } from './cache';
import { keepCache, restoreCache } from './cache-snapshot';
import { createApolloClient, createSocket } from './client';

const connection = createConnectionStore();
const cache = createCache();
restoreCache(cache, localStorage, Date.now());
window.addEventListener('pagehide', () => keepCache(cache, localStorage, Date.now()));

const socketUrl = `${location.origin.replace(/^http/, 'ws')}/graphql`;
const client = createApolloClient(cache, '/graphql', createSocket(socketUrl, connection));

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <App client={client} connection={connection} />
  </StrictMode>,
);
