import { expect } from '@jest/globals';
import { type Socket, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '@spyhop/platform/testkit/until';
import type { Rig } from './kit';

const MB = 1024 * 1024;
/** What tests and the engine may keep for themselves; the router runs in the test's process. */
const MOST_GROWTH_BYTES = 48 * MB;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that something still holds on to, in the heap and in buffers. */
function bytesHeld(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Resolves when the router is as well as before: up, holding no more, and serving somebody else. */
export class Health {
  private readonly before = bytesHeld();

  /** `served` is what somebody else gets; null where the products themselves are hostile. */
  constructor(
    private readonly rig: Rig,
    private readonly served: object | null = { product: { name: 'Lamp', rating: 0.5 } },
  ) {}

  async check(): Promise<void> {
    const { adminPort } = this.rig;
    expect((await fetch(`http://127.0.0.1:${adminPort}/health/live`)).status).toBe(200);
    const { body } = await this.rig.ask(
      this.served ? '{ product(id: "1") { name rating } }' : '{ me { name } }',
    );
    expect(body).toEqual({ data: this.served ?? { me: { name: 'Ann' } } });
    // What was under way may be let go of a moment later.
    await until(bytesHeld, (bytes) => bytes - this.before < MOST_GROWTH_BYTES);
  }
}

/** A TCP connection that says exactly what a test wants. */
export class RawConnection {
  answer = '';
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (this.answer += text));
    // Who is hung up on may learn it by an error.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new RawConnection(socket)));
      socket.once('error', reject);
    });
  }

  /** What the router answers until it hangs up. */
  async hear(): Promise<string> {
    await this.closed;
    return this.answer;
  }
}

/** The head of a POST request. */
export const postHead = (...headers: string[]): string =>
  ['POST /graphql HTTP/1.1', 'host: x', 'content-type: application/json', ...headers, '\r\n'].join(
    '\r\n',
  );
