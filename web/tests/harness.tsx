import { ApolloClient, ApolloLink } from '@apollo/client';
import { act, render, waitFor } from '@testing-library/react';
import { execute, subscribe, type ExecutionResult } from 'graphql';
import { Observable } from 'rxjs';
import { expect } from 'vitest';
import { App } from '../src/app/App';
import { createCache } from '../src/app/cache';
import { createSession } from '../src/features/users/session/session';
import { createConnectionStore } from '../src/ui/connection';
import { createMockAccount, type MockAccount } from './mock-account.ts';
import { createMockBackend, createMockSchema, type MockBackend } from './mock-schema.ts';

/** 9 August 2024, 12:00 UTC */
export const NOON = Date.UTC(2024, 7, 9, 12);

function isStream(value: unknown): value is AsyncIterableIterator<ExecutionResult> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Executes operations on the mock backend's schema, subscriptions included, each answer when it may be given. */
function schemaLink(
  backend: MockBackend,
  turn: (operation: string | undefined) => Promise<void>,
): ApolloLink {
  const { schema, queryRoot, mutationRoot, subscriptionRoot } = createMockSchema(backend);
  return new ApolloLink(
    ({ query, variables, operationType, operationName }) =>
      new Observable((observer) => {
        let stream: AsyncIterableIterator<ExecutionResult> | undefined;
        const args = { schema, document: query, variableValues: variables };
        const run = async () => {
          if (operationType !== 'subscription') {
            const rootValue = operationType === 'mutation' ? mutationRoot : queryRoot;
            await turn(operationName);
            observer.next(await execute({ ...args, rootValue }));
            return observer.complete();
          }
          const result = await subscribe({ ...args, rootValue: subscriptionRoot });
          if (!isStream(result)) return observer.next(result);
          stream = result;
          for await (const event of result) observer.next(event);
        };
        run().catch((error: unknown) => observer.error(error));
        return () => void stream?.return?.();
      }),
  );
}

const HOUR_MS = 3_600_000;

/** Nobody is signed in, and there is no other tab. */
const openSession = () =>
  createSession({
    renew: async () => null,
    tabs: { tell: () => undefined, listen: () => () => undefined, exclusively: (work) => work() },
    remembered: { get: () => false, set: () => undefined, subscribe: () => () => undefined },
    clock: () => NOON,
  });

/** The whole app over a mock backend, at an address. `turn` holds up the answers to queries and mutations, by name. */
export function openApp(
  path = '/',
  backend: MockBackend = createMockBackend(() => NOON, 12),
  turn: (operation: string | undefined) => Promise<void> = async () => {},
) {
  window.history.replaceState(null, '', path);
  const connection = createConnectionStore();
  connection.socketOpened();
  const client = new ApolloClient({
    cache: createCache(),
    dataMasking: true,
    link: schemaLink(backend, turn),
  });
  const session = openSession();
  if (backend.account) {
    const { id, roles } = backend.account;
    session.begin({ accessToken: 'a', expiresAt: NOON + HOUR_MS, userId: id, roles });
  }
  const view = render(<App client={client} connection={connection} session={session} />);
  return { backend, connection, client, session, view };
}

/** A backend whose account is signed in; see what it owns in `account`. */
export function createSignedIn(change: Partial<MockAccount> = {}) {
  const account = { ...createMockAccount(), ...change };
  const backend: MockBackend = { ...createMockBackend(() => NOON, 12), account };
  return { backend, account };
}

/** Publishes an event once somebody follows its topic; what it causes on the page follows soon after. */
export async function publish(backend: MockBackend, topic: string, event: unknown): Promise<void> {
  await waitFor(() => expect(backend.events.heard(topic)).toBe(true));
  await act(async () => backend.events.publish(topic, event));
}

/** The row of an asset in the table, once it is there. */
export async function rowOf(symbol: string): Promise<HTMLElement> {
  return waitFor(() => {
    const row = document.querySelector<HTMLElement>(`[data-symbol="${symbol}"]`);
    if (!row) throw new Error(`${symbol} is not in the table`);
    return row;
  });
}
