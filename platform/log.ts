import { type Logger, destination, pino, symbols } from 'pino';
import { prettyFactory } from 'pino-pretty';

export type Log = Logger;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET_FIELDS = [
  'password',
  'secret',
  'token',
  'apiKey',
  'authorization',
  'cookie',
  'databaseUrl',
  'redisUrl',
];

const redactedPaths = SECRET_FIELDS.flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
  `req.headers["${field}"]`,
]);

/** Credentials inside URLs (postgresql://user:password@host) never reach a log line. */
export const withoutCredentials = (text: string): string =>
  text.replace(/(\w+:\/\/)[^\s/@]*@/g, '$1***@');

interface LogOptions {
  name: string;
  level: LogLevel;
  /** Readable lines instead of JSON. */
  pretty?: boolean;
  /** For who logs thousands of lines a second: they are written together, at most 100 ms late. */
  together?: boolean;
}

/** One JSON line per entry on stdout. */
export function createLog(options: LogOptions): Log {
  const stream = options.together ? linesTogether() : stdout();
  const pretty = prettyFactory({
    colorize: false,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
  });
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: { paths: redactedPaths, censor: '***' },
      timestamp: timeOfLine,
      serializers: {
        err: pino.stdSerializers.wrapErrorSerializer((err) => ({
          ...err,
          message: withoutCredentials(err.message),
          stack: withoutCredentials(err.stack ?? ''),
        })),
      },
    },
    options.pretty
      ? { write: (line: string) => void stream.write(pretty(JSON.parse(line) as object)) }
      : stream,
  );
}

/**
 * A log of the same place for lines of plain values, whose names are fixed and none of them a secret: these are
 * written as JSON together, where pino looks at each for what is to be kept from a line, which costs more than the line.
 */
export function plainLog(log: Log): Log {
  const plain = log.child({});
  const { [symbols.chindingsSym]: bindings } = plain as unknown as Record<symbol, string>;
  const lineOf = (fields: object, message: string, level: number, time: string): string =>
    `{"level":${level}${time}${bindings},${JSON.stringify(fields).slice(1, -1)},"msg":${JSON.stringify(message)}}\n`;
  return Object.assign(plain, { [symbols.asJsonSym]: lineOf });
}

let latest = { at: NaN, text: '' };

/** ISO 8601, made once for all lines of a millisecond. */
function timeOfLine(): string {
  const at = Date.now();
  if (at !== latest.at) latest = { at, text: pino.stdTimeFunctions.isoTime() };
  return latest.text;
}

const stdout = () => destination({ fd: 1, sync: true });

const TOGETHER_LENGTH = 8_192;
const LATE_MS = 100;

/** pino's own destination, told to wait for more, measures all that waits with each line that comes. */
class LinesTogether {
  private readonly stream = stdout();
  private waiting: string[] = [];
  private length = 0;

  constructor() {
    setInterval(() => this.flushSync(), LATE_MS).unref();
    process.once('exit', () => this.flushSync());
  }

  write(line: string): void {
    this.waiting.push(line);
    this.length += line.length;
    if (this.length >= TOGETHER_LENGTH) this.flushSync();
  }

  flushSync(): void {
    if (this.length === 0) return;
    const lines = this.waiting.join('');
    this.waiting = [];
    this.length = 0;
    this.stream.write(lines);
  }
}

let together: LinesTogether | undefined;

/** One for the whole process, which does not end before all is written. */
const linesTogether = (): LinesTogether => (together ??= new LinesTogether());
