/** Of sockets and name servers, before any protocol was spoken. */
const SOCKET_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

/** SQLSTATE: shutting down, crashed, starting up, too many connections (PostgreSQL, appendix A). */
const POSTGRES_CODES = ['57P01', '57P02', '57P03', '53300'];
/** Of all classes of SQLSTATE this one is about connections. */
const CONNECTION_CLASS = /^08[0-9A-Z]{3}$/;

/** Not reachable, timed out, closed, no connection free (Prisma's error reference). */
const PRISMA_CODES = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'];

const CODES = new Set([...SOCKET_CODES, ...POSTGRES_CODES, ...PRISMA_CODES]);

/** What ioredis throws where it gives up, by class. */
const NAMES = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);

/** Where ioredis, pg and its pool say it by the message alone, and where Redis replies that it cannot serve yet. */
const MESSAGES =
  /^(Connection is closed\.|Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|(LOADING|MASTERDOWN|CLUSTERDOWN) )/;

/** The parts of any error that tell; by shape, for an error of another realm is no `Error` here. */
interface Told {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  cause?: unknown;
  /** Where Prisma keeps what its driver said. */
  meta?: { driverAdapterError?: unknown };
}

/** True where PostgreSQL or Redis could not be asked, whatever the question was: it may work later. */
export function isConnectionLost(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message, cause, meta }: Told = error;
  return (
    (typeof code === 'string' && (CODES.has(code) || CONNECTION_CLASS.test(code))) ||
    (typeof name === 'string' && NAMES.has(name)) ||
    (typeof message === 'string' && MESSAGES.test(message)) ||
    isConnectionLost(cause) ||
    isConnectionLost(meta?.driverAdapterError)
  );
}
