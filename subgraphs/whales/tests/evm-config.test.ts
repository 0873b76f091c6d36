import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readWhaleFeedConfig } from '../feeds/config';
import { DESTROYED, ISSUE, REDEEM, TRANSFER } from '../feeds/evm/wire';
import { USDT } from './evm-rig';
import { keccak256 } from './keccak';

const TOKEN = { address: USDT, symbol: 'A', decimals: 6 };

describe('the chains that are configured', () => {
  let count = 0;
  const read = async (content: string): Promise<ReturnType<typeof readWhaleFeedConfig>> => {
    const file = join(tmpdir(), `spyhop-chains-${process.pid}-${(count += 1)}.json`);
    await writeFile(file, content);
    const env = { REDIS_URL: 'redis://127.0.0.1', ETHEREUM_URL: 'wss://node.example' };
    return readWhaleFeedConfig({ ...env, EVM_CHAINS: file });
  };
  const OWN = { name: 'Own', chainId: 31_337, url: 'ws://node', native: { symbol: 'own' } };

  it('are Ethereum with its large tokens, and those of the file', async () => {
    const token = { symbol: 'usdt', address: USDT.toUpperCase().replace('0X', '0x'), decimals: 6 };
    const { evmChains } = await read(JSON.stringify([{ ...OWN, tokens: [token] }]));
    expect(evmChains).toMatchObject([
      { name: 'ethereum', chainId: 1, confirmations: 12, tokens: { length: 10 } },
      {
        ...{ name: 'own', chainId: 31_337, native: { symbol: 'OWN', decimals: 18 } },
        tokens: [{ symbol: 'USDT', address: USDT }],
      },
    ]);
  });

  it('need to say no more than their node where they are well known', async () => {
    const bsc = { name: 'bsc', url: 'ws://node', native: { atLeast: '500' } };
    const { evmChains, chains } = await read(JSON.stringify([bsc]));
    expect(evmChains[1]).toMatchObject({
      ...{ name: 'bsc', chainId: 56 },
      native: { symbol: 'BNB', decimals: 18, atLeast: '500' },
    });
    expect(chains.addressUrl({ chain: 'bsc', address: USDT })).toBe(
      `https://bscscan.com/address/${USDT}`,
    );
  });

  it('are known without a node too, and not followed', async () => {
    const { url: _, ...known } = { ...OWN, explorer: 'https://scan.example/' };
    const { evmChains, chains } = await read(JSON.stringify([known]));
    expect(evmChains.map(({ name }) => name)).toEqual(['ethereum']);
    expect(chains.transactionUrl({ chain: 'own', hash: '0xab' })).toBe(
      'https://scan.example/tx/0xab',
    );
  });

  it.each([
    ['no JSON', '{', /EVM_CHAINS/],
    ['an address that is none', { tokens: [{ ...TOKEN, address: '0x12' }] }, /0x12 is no address/],
    ['more decimals than any token has', { tokens: [{ ...TOKEN, decimals: 37 }] }, /decimals/],
    ['an address of HTTP', { url: 'http://node' }, /begins with ws/],
    ['another node of Ethereum', { name: 'Ethereum', chainId: 1 }, /ethereum has a node there/],
    ['an explorer that is no page', { explorer: 'javascript:alert(1)' }, /begins with http/],
    ['an explorer with a key', { explorer: 'https://me:key@scan.example' }, /must not have a key/],
    ['no number of their own', { chainId: undefined }, /must say its chainId/],
    ['no coin of their own', { native: undefined }, /must say the symbol/],
    ["another chain's number", { name: 'polygon', chainId: 1 }, /chainId must be 137/],
  ])('are refused with %s', async (_, wrong, message) => {
    const content = typeof wrong === 'string' ? wrong : JSON.stringify([{ ...OWN, ...wrong }]);
    await expect(read(content)).rejects.toThrow(message);
  });

  it('are refused where two are called the same, or have the same number', async () => {
    const twice = read(JSON.stringify([OWN, { ...OWN, name: 'other' }]));
    await expect(twice).rejects.toThrow(/chainId 31337 is there twice/);
    await expect(read(JSON.stringify([OWN, OWN]))).rejects.toThrow(/name own is there twice/);
  });
});

describe('events of tokens', () => {
  it.each([
    ['Transfer(address,address,uint256)', TRANSFER],
    ['Issue(uint256)', ISSUE],
    ['Redeem(uint256)', REDEEM],
    ['DestroyedBlackFunds(address,uint256)', DESTROYED],
  ])('are known by the Keccak-256 of %s', (signature, topic) => {
    // Of nothing, as Ethereum's Yellow Paper and every account without code have it.
    expect(keccak256('')).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
    expect(`0x${keccak256(signature)}`).toBe(topic);
  });
});
