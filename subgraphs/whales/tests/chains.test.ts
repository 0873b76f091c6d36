import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseExactJson } from '@spyhop/platform/exact-json';
import { parseTransactions } from '../feeds/whale-alert/parse';
import { TransactionsV1 } from '../feeds/whale-alert/wire';
import { wellKnownChains } from '../rules/chains';
import { WELL_KNOWN } from '../rules/evm-chains';
import { EXPLORERS } from '../rules/explorers';
import { type WhalesRig, seen, startWhales } from './rig';

const ADDRESS = '0x28C6c06298d514Db089934071355E5743bf21d60';
const HASH = '0x489057D96F773FE596F869BB7822DDA44AAFB86334510A28C8DE9BD17662C29F';

describe('a chain that is configured', () => {
  let whales: WhalesRig;
  const transaction = seen({ chain: 'own-chain', hash: HASH.toLowerCase() });
  beforeAll(async () => {
    const file = join(tmpdir(), `spyhop-known-chains-${process.pid}.json`);
    const own = { name: 'own-chain', chainId: 31_337, native: { symbol: 'OWN' } };
    await writeFile(file, JSON.stringify([{ ...own, explorer: 'https://scan.example' }]));
    whales = await startWhales({ EVM_CHAINS: file });
  });
  afterAll(() => whales?.stop());

  const wallet = (chain: string, address: string): Promise<{ wallet: object }> =>
    whales.graph.data(
      `query ($chain: String!, $address: String!) {
        wallet(chain: $chain, address: $address) { address explorerUrl }
      }`,
      { chain, address },
    );

  it('is known before anything of it was seen, with its addresses and its explorer', async () => {
    expect(await wallet('own-chain', ADDRESS.slice(2))).toEqual({
      wallet: {
        address: ADDRESS.toLowerCase(),
        explorerUrl: `https://scan.example/address/${ADDRESS.toLowerCase()}`,
      },
    });
    await expect(wallet('own-chain', 'bc1qjj09853tf')).rejects.toThrow(
      /is no address of own-chain/,
    );
    await expect(wallet('nobodys-chain', ADDRESS)).rejects.toThrow(/nobodys-chain/);
  });

  it('has its transactions found by its name, with their pages', async () => {
    await whales.see(transaction);
    const found = await whales.graph.data(
      `{ whaleTransactions(filter: { chains: ["Own-Chain"] }) { edges { node { explorerUrl } } } }`,
    );
    const node = { explorerUrl: `https://scan.example/tx/${HASH.toLowerCase()}` };
    expect(found).toEqual({ whaleTransactions: { edges: [{ node }] } });
  });
});

describe('a chain that nothing is known of', () => {
  const row = (hash: string, address: string): string =>
    `{"result":"success","transactions":[{"blockchain":"Newchain","symbol":"new","transaction_type":"transfer","hash":"${hash}","from":{"address":"${address}"},"to":{},"timestamp":1560837132,"amount":1}]}`;
  const read = (hash: string, address: string) =>
    parseTransactions(
      TransactionsV1.parse(parseExactJson(row(hash, address))).transactions,
      wellKnownChains,
    );

  it('is taken as it is told, and what is hexadecimal is one thing in any case', () => {
    const [one, other] = [read(HASH, ADDRESS), read(HASH.toLowerCase(), ADDRESS.toLowerCase())];
    expect(one).toEqual(other);
    expect(one.sightings).toMatchObject([
      {
        ...{ chain: 'newchain', hash: HASH.toLowerCase() },
        legs: [{ from: [{ address: ADDRESS.toLowerCase() }] }],
      },
    ]);
  });

  it('keeps the case of what is not hexadecimal', () => {
    const [sighting] = read('TxAbC1', 'AddR.One').sightings;
    expect(sighting).toMatchObject({ hash: 'TxAbC1', legs: [{ from: [{ address: 'AddR.One' }] }] });
  });

  it('is told as a fault where its name or hash can be none', () => {
    expect(read('a b', ADDRESS).faults).toEqual(['a b is no hash of newchain']);
  });
});

describe('pages of explorers', () => {
  const pages = (chain: string, hash: string, address: string): (string | null)[] => [
    wellKnownChains.transactionUrl({ chain, hash }),
    wellKnownChains.addressUrl({ chain, address }),
  ];

  it.each([
    ['bitcoin', 'https://mempool.space/tx/h', 'https://mempool.space/address/a'],
    ['bitcoin-cash', ...both('https://blockchair.com/bitcoin-cash', 'transaction', 'address')],
    ['dogecoin', ...both('https://blockchair.com/dogecoin', 'transaction', 'address')],
    ['litecoin', ...both('https://blockchair.com/litecoin', 'transaction', 'address')],
    ['ripple', ...both('https://xrpscan.com', 'tx', 'account')],
    ['solana', ...both('https://solscan.io', 'tx', 'account')],
    ['stellar', ...both('https://stellar.expert/explorer/public', 'tx', 'account')],
    ['tron', ...both('https://tronscan.org/#', 'transaction', 'address')],
    ['ethereum', ...both('https://etherscan.io', 'tx', 'address')],
    ['optimism', ...both('https://optimistic.etherscan.io', 'tx', 'address')],
    ['avalanche', ...both('https://snowtrace.io', 'tx', 'address')],
    ['arbitrum', ...both('https://arbiscan.io', 'tx', 'address')],
    ['base', ...both('https://basescan.org', 'tx', 'address')],
  ])('of %s are there', (chain, transaction, address) => {
    expect(pages(chain, 'h', 'a')).toEqual([transaction, address]);
  });

  it.each([...WELL_KNOWN.map(({ name }) => name), ...Object.keys(EXPLORERS)])(
    'of %s are pages of the web, each with what it is of in its place',
    (chain) => {
      for (const page of pages(chain, 'the-hash', 'the-address')) {
        const { protocol, username, href } = new URL(page ?? '');
        expect([protocol, username]).toEqual(['https:', '']);
        expect(href.match(/the-(hash|address)/g)).toHaveLength(1);
      }
    },
  );

  it('have what they are of as one part of the path, whatever is in it', () => {
    expect(pages('solana', 'a/../b?c=$&', 'x#y')).toEqual([
      'https://solscan.io/tx/a%2F..%2Fb%3Fc%3D%24%26',
      'https://solscan.io/account/x%23y',
    ]);
  });

  it('are there for none of a chain without a known one', () => {
    expect(pages('newchain', 'h', 'a')).toEqual([null, null]);
    expect(pages('constructor', 'h', 'a')).toEqual([null, null]);
  });
});

function both(site: string, transaction: string, address: string): [string, string] {
  return [`${site}/${transaction}/h`, `${site}/${address}/a`];
}
