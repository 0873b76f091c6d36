import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readWhaleFeedConfig } from '../feeds/config';
import { USDT } from './evm-rig';

describe('the chains that are configured', () => {
  const read = async (content: string): Promise<unknown> => {
    const file = join(tmpdir(), `spyhop-chains-${process.pid}.json`);
    await writeFile(file, content);
    const env = { REDIS_URL: 'redis://127.0.0.1', ETHEREUM_URL: 'wss://node.example' };
    return readWhaleFeedConfig({ ...env, EVM_CHAINS: file }).evmChains;
  };

  it('are Ethereum with its large tokens, and those of the file', async () => {
    const token = { symbol: 'usdt', address: USDT.toUpperCase().replace('0X', '0x'), decimals: 6 };
    const chain = { name: 'Base', url: 'ws://node', native: { symbol: 'eth' }, tokens: [token] };
    expect(await read(JSON.stringify([chain]))).toMatchObject([
      { name: 'ethereum', confirmations: 12, tokens: { length: 10 } },
      {
        ...{ name: 'base', native: { symbol: 'ETH', decimals: 18 } },
        tokens: [{ symbol: 'USDT', address: USDT }],
      },
    ]);
  });

  it.each([
    ['no JSON', '{', /EVM_CHAINS/],
    ['an address that is none', 'tokens', /0x12 is no address/],
    ['more decimals than any token has', 'decimals', /decimals/],
    ['an address of HTTP', 'url', /begins with ws/],
    ['a chain twice', 'name', /ethereum is there twice/],
  ])('are refused with %s', async (_, what, message) => {
    const token = { symbol: 'A', address: USDT, decimals: 6 };
    const wrong = {
      tokens: { tokens: [{ ...token, address: '0x12' }] },
      decimals: { tokens: [{ ...token, decimals: 37 }] },
      ...{ url: { url: 'http://node' }, name: { name: 'Ethereum' } },
    }[what];
    const chain = { name: 'base', url: 'ws://node', native: { symbol: 'ETH' }, ...wrong };
    const content = wrong ? JSON.stringify([chain]) : what;
    await expect(read(content)).rejects.toThrow(message);
  });
});
