import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { jest } from '@jest/globals';
import { type Command, Pipeline, Redis } from 'ioredis';
import pg from 'pg';
import { startErrands } from '../jobs/errands';

/** What an answer has waited for, in order. */
export interface WaitedFor {
  /** Texts of PostgreSQL statements; what they are asked with is not in them. */
  statements: string[];
  /** Redis commands with their arguments; hashes, which differ from account to account, as `#`. */
  commands: string[];
}

/** Names and hashes of 32 bytes in base64url. */
const HASHES = /[\w-]{43}/g;
/** Where a server calls the handler of a request (fastify, "Diagnostics Channel"). */
const HANDLED = 'tracing:fastify.request.handler:start';

/**
 * Notes down what a request has PostgreSQL and Redis do, and what jobs do not. Errands, which no answer waits for, are
 * dropped meanwhile.
 */
export class Watch {
  private current: WaitedFor | null = null;
  private readonly requests = new AsyncLocalStorage<WaitedFor | null>();
  private readonly spies: { mockRestore(): void }[];

  constructor() {
    channel(HANDLED).bindStore(this.requests, () => this.current);
    const note = this.requests;
    const { query } = pg.Client.prototype;
    const { sendCommand } = Redis.prototype;
    const { sendCommand: gather } = Pipeline.prototype;
    this.spies = [
      jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
        this: pg.Client,
        ...args: unknown[]
      ) {
        note.getStore()?.statements.push(textOf(args[0]));
        return Reflect.apply(query, this, args) as void;
      }),
      jest.spyOn(Redis.prototype, 'sendCommand').mockImplementation(function (
        this: Redis,
        ...args: Parameters<typeof sendCommand>
      ) {
        const [command, together] = args;
        // Those that go out together were noted when they were gathered: then it is known for whom.
        if (together === undefined) note.getStore()?.commands.push(lineOf(command));
        return Reflect.apply(sendCommand, this, args) as unknown;
      }),
      jest.spyOn(Pipeline.prototype, 'sendCommand').mockImplementation(function (
        this: Pipeline,
        ...args: Parameters<typeof gather>
      ) {
        note.getStore()?.commands.push(lineOf(args[0]));
        return Reflect.apply(gather, this, args) as unknown;
      }),
    ];
  }

  /** For the subgraph that is watched. */
  readonly startErrands: typeof startErrands = (log) => {
    const { later, stop } = startErrands(log);
    return {
      later: (name, work) => {
        if (!this.current) later(name, work);
      },
      stop,
    };
  };

  /** `own` is what else differs in commands, like an address. */
  async during(own: readonly string[], work: () => Promise<unknown>): Promise<WaitedFor> {
    const seen: WaitedFor = { statements: [], commands: [] };
    this.current = seen;
    await work();
    this.current = null;
    const masked = (text: string): string =>
      own.reduce((rest, each) => rest.replaceAll(each, '#'), text).replace(HASHES, '#');
    return { statements: seen.statements, commands: seen.commands.map(masked) };
  }

  stop(): void {
    channel(HANDLED).unbindStore(this.requests);
    this.spies.forEach((spy) => spy.mockRestore());
  }
}

const lineOf = ({ name, args }: Command): string => [name, ...args].map(String).join(' ');

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : (query as { text: string }).text;
