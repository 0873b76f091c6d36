import { z } from 'zod';

/** How CoinGecko is asked, and how often it may be. */
export interface CoinGeckoPlan {
  name: 'keyless' | 'demo' | 'pro';
  host: string;
  headers: Readonly<Record<string, string>>;
  callsPerMinute: number;
  /** Null where only the minute is limited. */
  callsPerMonth: number | null;
}

const PUBLIC_HOST = 'https://api.coingecko.com/api/v3';
const PRO_HOST = 'https://pro-api.coingecko.com/api/v3';

/** What each plan grants, unless configured otherwise; the vendor's own words differ over time. */
const LIMITS = {
  keyless: { callsPerMinute: 5, callsPerMonth: null },
  demo: { callsPerMinute: 30, callsPerMonth: 10_000 },
  pro: { callsPerMinute: 500, callsPerMonth: null },
} as const;

const calls = z.coerce.number('must be a whole number of calls').int().min(1);

/** The variables of this source; spread into the schema of the process that runs it. */
export const coinGeckoEnvironment = {
  /** Off where nothing but prices may be fetched from outside. */
  COINGECKO: z.enum(['on', 'off'], 'must be on or off').default('on'),
  COINGECKO_DEMO_KEY: z.string().optional(),
  COINGECKO_PRO_KEY: z.string().optional(),
  COINGECKO_CALLS_PER_MINUTE: calls.optional(),
  COINGECKO_CALLS_PER_MONTH: calls.optional(),
  /** Another address of the API, up to and including /api/v3. */
  COINGECKO_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s):// URL' }).optional(),
};

type Environment = z.output<z.ZodObject<typeof coinGeckoEnvironment>>;

/** The plan that the environment's keys belong to; null where the source is switched off. */
export function planOf(read: Environment): CoinGeckoPlan | null {
  if (read.COINGECKO === 'off') return null;
  const { name, host, headers } = accessOf(read);
  return {
    name,
    host: read.COINGECKO_URL?.replace(/\/+$/, '') ?? host,
    headers,
    callsPerMinute: read.COINGECKO_CALLS_PER_MINUTE ?? LIMITS[name].callsPerMinute,
    callsPerMonth: read.COINGECKO_CALLS_PER_MONTH ?? LIMITS[name].callsPerMonth,
  };
}

type Access = Pick<CoinGeckoPlan, 'name' | 'host' | 'headers'>;

function accessOf(read: Environment): Access {
  const { COINGECKO_PRO_KEY: pro, COINGECKO_DEMO_KEY: demo } = read;
  if (pro !== undefined)
    return { name: 'pro', host: PRO_HOST, headers: { 'x-cg-pro-api-key': pro } };
  if (demo !== undefined)
    return { name: 'demo', host: PUBLIC_HOST, headers: { 'x-cg-demo-api-key': demo } };
  return { name: 'keyless', host: PUBLIC_HOST, headers: {} };
}

/** How often each kind of figure is asked for, in ms. */
export interface PollingSchedule {
  markets: number;
  global: number;
  trending: number;
  exchangeRates: number;
}

const MINUTE_MS = 60_000;
const MONTH_MS = 30 * 24 * 60 * MINUTE_MS;

/** Asking more often than this brings the same numbers again. */
const FRESHEST: PollingSchedule = {
  markets: MINUTE_MS,
  global: 10 * MINUTE_MS,
  trending: 10 * MINUTE_MS,
  exchangeRates: 10 * MINUTE_MS,
};

/** The rest is for retries, restarts and whoever else uses the key. */
const SHARE_OF_LIMIT = 0.6;

/** As often as there can be something new and the plan allows; `pages` is how many requests all markets take. */
export function scheduleWithin(plan: CoinGeckoPlan, pages: number): PollingSchedule {
  const { markets, ...others } = FRESHEST;
  const perMs = Object.values(others).reduce((sum, each) => sum + 1 / each, pages / markets);
  const allowed =
    SHARE_OF_LIMIT *
    Math.min(plan.callsPerMinute / MINUTE_MS, (plan.callsPerMonth ?? Infinity) / MONTH_MS);
  const stretch = Math.max(1, perMs / allowed);
  return {
    markets: Math.ceil(FRESHEST.markets * stretch),
    global: Math.ceil(FRESHEST.global * stretch),
    trending: Math.ceil(FRESHEST.trending * stretch),
    exchangeRates: Math.ceil(FRESHEST.exchangeRates * stretch),
  };
}
