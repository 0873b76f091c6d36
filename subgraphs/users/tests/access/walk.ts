import type { Answer } from '@spyhop/platform/testkit/graph-client';
import { OwnTime } from '@spyhop/platform/testkit/own-time';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { ask } from './ask';
import { PERSONAS, type Persona, type WholeGraph } from './graph';
import type { Probe } from './operations';

/**
 * What somebody gets: `yes`, also where what they say is refused for what it is; `null` where there is nothing,
 * or nothing for them; or the code with which they themselves are refused.
 */
export type Outcome = 'yes' | 'null' | `no: ${string}`;

/** All that somebody gets of one field. */
export type Row = Record<Persona, Outcome>;

/** Codes that are about who asks, not about what. */
const ABOUT_WHO = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'UNAUTHORIZED_FIELD_OR_TYPE']);
/** A stream that runs says nothing for so long, in the time of the process that serves it, that it cannot be a refusal on its way. */
const SILENCE_MS = 8_000;
const LISTEN_EVERY_MS = 50;

/** Asks for each field as each of them. */
export async function walk(
  { url, authorization }: WholeGraph,
  probes: readonly Probe[],
  queryOf: (probe: Probe, persona: Persona) => string,
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  const sockets = new Map(
    PERSONAS.map((persona) => [persona, socketOf(url, authorization[persona])]),
  );
  await Promise.all(
    probes
      .filter(({ isLive }) => isLive)
      .map(async (probe) => {
        rows.set(
          probe.field,
          await rowOf((persona) => follow(sockets.get(persona), queryOf(probe, persona))),
        );
      }),
  );
  const others = probes.filter(({ isLive }) => !isLive);
  for (const probe of others.sort((a, b) => turnOf(a) - turnOf(b))) {
    rows.set(
      probe.field,
      await rowOf(async (persona) =>
        outcomeOf(await ask(url, authorization[persona], queryOf(probe, persona)), probe.path),
      ),
    );
  }
  for (const socket of sockets.values()) await socket.dispose();
  return rows;
}

/** Mutations late, for they end what the others look for; what ends the session that asks last. */
const turnOf = ({ field }: Probe): number =>
  field === 'Mutation.signOut' ? 2 : Number(field.startsWith('Mutation.'));

async function rowOf(outcome: (persona: Persona) => Promise<Outcome>): Promise<Row> {
  const outcomes = await Promise.all(
    PERSONAS.map(async (persona) => [persona, await outcome(persona)]),
  );
  return Object.fromEntries(outcomes) as Row;
}

const socketOf = (url: string, authorization: string | undefined): Client =>
  createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(authorization !== undefined && { connectionParams: { authorization } }),
  });

function follow(socket: Client | undefined, query: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const time = new OwnTime();
    const listening = setInterval(() => {
      if (time.passed > SILENCE_MS) settle('yes');
    }, LISTEN_EVERY_MS);
    const settle = (outcome: Outcome): void => {
      clearInterval(listening);
      time.stop();
      resolve(outcome);
      end?.();
    };
    const end = socket?.subscribe(
      { query },
      {
        next: (event) => settle(outcomeOf(event as Answer, [])),
        error: (errors) => {
          if (!Array.isArray(errors)) return reject(new Error(String(errors)));
          settle(outcomeOf({ errors } as Answer, []));
        },
        complete: () => undefined,
      },
    );
  });
}

function outcomeOf({ data, errors = [] }: Answer, path: readonly string[]): Outcome {
  const refusal = errors
    .map(({ extensions }) => String(extensions?.['code']))
    .find((code) => ABOUT_WHO.has(code));
  if (refusal !== undefined) return `no: ${refusal}`;
  const [error] = errors;
  if (error?.extensions?.['code'] === 'GRAPHQL_VALIDATION_FAILED') throw new Error(error.message);
  if (errors.length > 0 || path.length === 0) return 'yes';
  return valueAt(data, path) === null ? 'null' : 'yes';
}

/** Null where there is nothing on the way, or an empty list. */
function valueAt(data: unknown, path: readonly string[]): unknown {
  let value: unknown = data;
  for (const key of path) {
    value = Array.isArray(value) ? value[0] : value;
    value = (value as Record<string, unknown> | null | undefined)?.[key] ?? null;
  }
  return Array.isArray(value) && value.length === 0 ? null : value;
}
