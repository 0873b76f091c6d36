import { type Logger, destination, pino } from 'pino';
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
  const stream = options.together ? linesTogether() : destination({ fd: 1, sync: true });
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

let latest = { at: NaN, text: '' };

/** ISO 8601, made once for all lines of a millisecond. */
function timeOfLine(): string {
  const at = Date.now();
  if (at !== latest.at) latest = { at, text: pino.stdTimeFunctions.isoTime() };
  return latest.text;
}

const TOGETHER_BYTES = 8_192;
const LATE_MS = 100;
type Destination = ReturnType<typeof destination>;
let together: Destination | undefined;

/** One for the whole process, which does not end before all is written. */
function linesTogether(): Destination {
  if (together) return together;
  const stream = destination({
    fd: 1,
    sync: true,
    minLength: TOGETHER_BYTES,
    periodicFlush: LATE_MS,
  });
  process.once('exit', () => stream.flushSync());
  together = stream;
  return stream;
}
