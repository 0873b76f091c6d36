import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/font.css';
import { createConnectionStore } from '../ui/connection';
import { App } from './App';
import { createCache } from './cache';
import { createApolloClient, createSocket } from './client';

const connection = createConnectionStore();
const socketUrl = `${location.origin.replace(/^http/, 'ws')}/graphql`;
const client = createApolloClient(createCache(), '/graphql', createSocket(socketUrl, connection));

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <App client={client} connection={connection} />
  </StrictMode>,
);
