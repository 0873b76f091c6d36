/*
 * Asks a server over a number of connections, the next request as soon as the answer is there. Bare sockets
 * and counted bytes keep it from being what is measured.
 */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { answerCalls } from './calls.ts';
import { quantile } from '../report.ts';

/** What to ask for how long. */
export interface LoadOrder {
  port: number;
  /** Requests' bodies, in turns. */
  bodies: readonly string[];
  /** The header of that name; none unless given. */
  authorization?: string;
  connections: number;
  ms: number;
}

export interface LoadResult {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Of one core, used by this process. */
  cpuShare: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

const requestOf = (body: string, authorization?: string): Buffer =>
  Buffer.from(
    'POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\ncontent-type: application/json\r\n' +
      (authorization === undefined ? '' : `authorization: ${authorization}\r\n`) +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

/** Bytes of the whole answer; 0 while its head is not complete. Throws for what is not a plain 200. */
function answerLength(start: Buffer): number {
  const end = start.indexOf(HEAD_END);
  if (end < 0) return 0;
  const head = start.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (!head.startsWith('HTTP/1.1 200') || length === undefined) throw new Error(head);
  return end + HEAD_END.length + Number(length);
}

/** Asks and reads until told to stop. */
async function converse(port: number, next: () => Buffer | null, done: () => void): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  readAnswers(socket, () => {
    done();
    ask();
  });
  const ask = (): void => {
    const request = next();
    if (request) socket.write(request);
    else socket.destroy();
  };
  ask();
  await ended;
}

function readAnswers(socket: Socket, onAnswer: () => void): void {
  let start: Buffer = Buffer.alloc(0);
  let expected = 0;
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
    if (expected === 0) {
      start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
      expected = answerLength(start);
    }
    if (expected === 0 || received < expected) return;
    if (received > expected) throw new Error('more than was asked for');
    start = Buffer.alloc(0);
    expected = received = 0;
    onAnswer();
  });
}

async function run({ port, bodies, authorization, connections, ms }: LoadOrder) {
  const requests = bodies.map((body) => requestOf(body, authorization));
  const latencies: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  let asked = 0;
  const conversation = (): Promise<void> => {
    let askedAt = 0;
    return converse(
      port,
      () => {
        askedAt = performance.now();
        return askedAt - startedAt < ms ? (requests[asked++ % requests.length] ?? null) : null;
      },
      () => latencies.push(performance.now() - askedAt),
    );
  };
  await Promise.all(Array.from({ length: connections }, conversation));
  const took = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  const result: LoadResult = {
    perSecond: (1_000 * latencies.length) / took,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuShare: (user + system) / 1_000 / took,
  };
  return result;
}

answerCalls({ run });
