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

/** One JSON line per entry on stdout, or readable lines where `pretty` is set. */
export function createLog(options: { name: string; level: LogLevel; pretty?: boolean }): Log {
  const stream = destination({ fd: 1, sync: true });
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
      timestamp: pino.stdTimeFunctions.isoTime,
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
