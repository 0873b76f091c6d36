import { readFileSync } from 'node:fs';
import { ConfigError } from '@spyhop/platform/config';
import { z } from 'zod';
import { readChain, readEvmAddress } from '../../rules/addresses';
import { MOST_DECIMALS } from '../../rules/amounts';
import defaults from './tokens.json';

const symbol = z.string().regex(/^\S{1,32}$/, 'must be a ticker');
const units = z.string().regex(/^\d{1,30}(\.\d{1,36})?$/, 'must be an amount in units, as text');

const Token = z.object({
  address: z.string().transform((text, context) => {
    const address = readEvmAddress(text);
    if (address === null) context.addIssue(`${text.slice(0, 60)} is no address`);
    return address ?? '';
  }),
  symbol: symbol.transform((text) => text.toUpperCase()),
  decimals: z.number().int().min(0).max(MOST_DECIMALS),
  /** In units: where nobody knows a price, so much of it counts as large; none does if left out. */
  atLeast: units.optional(),
});
export type Token = z.infer<typeof Token>;

export const Chain = z.object({
  name: z.string().transform((text, context) => {
    const name = readChain(text);
    if (name === null) context.addIssue(`${text.slice(0, 60)} can be no name of a chain`);
    return name ?? '';
  }),
  /** Of a node's WebSocket; it may have a key in it, so it is never told. */
  url: z.url({ protocol: /^wss?$/, error: 'must be an address that begins with ws: or wss:' }),
  native: z.object({
    symbol: symbol.transform((text) => text.toUpperCase()),
    decimals: z.number().int().min(0).max(MOST_DECIMALS).default(18),
    atLeast: units.optional(),
  }),
  /** Blocks, the transaction's own among them, after which it counts as confirmed. */
  confirmations: z.number().int().min(1).max(64).default(12),
  /** A newest block that is older than this is told of as stale, in seconds. */
  staleAfterSeconds: z.number().positive().default(120),
  tokens: z.array(Token).max(500).default([]),
});
export type EvmChain = z.infer<typeof Chain>;

const Chains = z.array(Chain).max(20);

/**
 * Chains that are followed through nodes of their own: Ethereum with the tokens of tokens.json where there is
 * an address of a node, and those of a JSON file. Throws ConfigError that names every fault.
 */
export function readChains(ethereumUrl: string | undefined, file: string | undefined): EvmChain[] {
  const ethereum =
    ethereumUrl === undefined
      ? []
      : [
          Chain.parse({
            ...{ name: 'ethereum', url: ethereumUrl, tokens: defaults.ethereum },
            native: { symbol: 'ETH', atLeast: '100' },
          }),
        ];
  const read = Chains.safeParse(file === undefined ? [] : contentOf(file));
  if (!read.success) {
    throw new ConfigError(
      read.error.issues.map(({ path, message }) => `EVM_CHAINS: ${path.join('.')} ${message}`),
    );
  }
  const chains = [...ethereum, ...read.data];
  const names = chains.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigError([`EVM_CHAINS: ${twice} is there twice`]);
  return chains;
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (err) {
    throw new ConfigError([`EVM_CHAINS: ${(err as Error).message}`]);
  }
}
