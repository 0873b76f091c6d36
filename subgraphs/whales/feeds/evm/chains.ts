import { readFileSync } from 'node:fs';
import { ConfigError } from '@spyhop/platform/config';
import { z } from 'zod';
import { readChain, readEvmAddress } from '../../rules/addresses';
import { MOST_DECIMALS } from '../../rules/amounts';
import { Chains } from '../../rules/chains';
import { WELL_KNOWN } from '../../rules/evm-chains';
import defaults from './tokens.json';

const ticker = z
  .string()
  .regex(/^\S{1,32}$/, 'must be a ticker')
  .transform((text) => text.toUpperCase());
const units = z.string().regex(/^\d{1,30}(\.\d{1,36})?$/, 'must be an amount in units, as text');

const Token = z.object({
  address: z.string().transform((text, context) => {
    const address = readEvmAddress(text);
    if (address === null) context.addIssue(`${text.slice(0, 60)} is no address`);
    return address ?? '';
  }),
  symbol: ticker,
  decimals: z.number().int().min(0).max(MOST_DECIMALS),
  /** In units: where nobody knows a price, so much of it counts as large; none does if left out. */
  atLeast: units.optional(),
});
export type Token = z.infer<typeof Token>;

const site = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with http: or https:' })
  .refine((text) => !new URL(text).username, 'must not have a key in it')
  .transform((text) => text.replace(/\/+$/, ''));

const Native = z.object({
  symbol: ticker,
  decimals: z.number().int().min(0).max(MOST_DECIMALS).default(18),
  atLeast: units.optional(),
});

/** A chain that is followed through a node. */
export const Chain = z.object({
  name: z.string().transform((text, context) => {
    const name = readChain(text);
    if (name === null) context.addIssue(`${text.slice(0, 60)} can be no name of a chain`);
    return name ?? '';
  }),
  /** As EIP-155 numbers it, which its node is asked for; null in recordings that do not say. */
  chainId: z.number().int().min(1).nullable().default(null),
  /** Of a node's WebSocket; it may have a key in it, so it is never told. */
  url: z.url({ protocol: /^wss?$/, error: 'must be an address that begins with ws: or wss:' }),
  native: Native,
  /** Blocks, the transaction's own among them, after which it counts as confirmed. */
  confirmations: z.number().int().min(1).max(64).default(12),
  /** A newest block that is older than this is told of as stale, in seconds. */
  staleAfterSeconds: z.number().positive().default(120),
  tokens: z.array(Token).max(500).default([]),
});
export type FollowedChain = z.infer<typeof Chain>;

/** A chain of the file: of one that is well known most need not be said, and without a node it is not followed. */
const Declared = Chain.extend({
  chainId: z.number('must be a whole number').int().min(1).optional(),
  url: Chain.shape.url.optional(),
  native: Native.partial({ symbol: true }).default({ decimals: 18 }),
  /** A block explorer whose paths are those of EIP-3091. */
  explorer: site.optional(),
}).transform(({ explorer, ...declared }, context) => {
  const known = WELL_KNOWN.find(({ name }) => name === declared.name);
  const chainId = declared.chainId ?? known?.chainId;
  const symbol = declared.native.symbol ?? known?.native.symbol;
  if (chainId === undefined) context.addIssue('must say its chainId, as EIP-155 numbers it');
  if (symbol === undefined)
    context.addIssue("must say the symbol of the chain's own coin (native)");
  if (known && chainId !== known.chainId) {
    context.addIssue(
      `chainId must be ${known.chainId}, which ${known.name} has; else call it otherwise`,
    );
  }
  return {
    ...{ ...declared, chainId: chainId ?? 0, explorer: explorer ?? known?.explorer ?? null },
    native: { ...declared.native, symbol: symbol ?? '' },
  };
});
type Declared = z.infer<typeof Declared>;

const File = z
  .array(Declared)
  .max(200)
  .superRefine((chains, context) => {
    for (const key of ['name', 'chainId'] as const) {
      const values = chains.map((chain) => chain[key]);
      const twice = values.findIndex((value, index) => values.indexOf(value) !== index);
      if (twice >= 0) context.addIssue(`${key} ${values[twice]} is there twice`);
    }
  });

/** Well-known chains, and those of a JSON file. Throws ConfigError that names every fault. */
export const knownChains = (file: string | undefined): Chains => new Chains(declaredIn(file));

/**
 * Chains that are followed through nodes of their own: Ethereum with the tokens of tokens.json where there is
 * an address of a node, and those of a JSON file that have one. Throws ConfigError that names every fault.
 */
export function followedChains(
  ethereumUrl: string | undefined,
  file: string | undefined,
): FollowedChain[] {
  const declared = declaredIn(file).flatMap(({ url, explorer: _, ...chain }) =>
    url === undefined ? [] : [{ ...chain, url }],
  );
  if (ethereumUrl === undefined) return declared;
  if (declared.some(({ name }) => name === 'ethereum')) {
    throw new ConfigError(['EVM_CHAINS: ethereum has a node there, and another by ETHEREUM_URL']);
  }
  const ethereum = Chain.parse({
    ...{ name: 'ethereum', chainId: 1, url: ethereumUrl, tokens: defaults.ethereum },
    native: { symbol: 'ETH', atLeast: '100' },
  });
  return [ethereum, ...declared];
}

function declaredIn(file: string | undefined): Declared[] {
  const read = File.safeParse(file === undefined ? [] : contentOf(file));
  if (read.success) return read.data;
  throw new ConfigError(
    read.error.issues.map(({ path, message }) => `EVM_CHAINS: ${path.join('.')} ${message}`),
  );
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (err) {
    throw new ConfigError([`EVM_CHAINS: ${(err as Error).message}`]);
  }
}
