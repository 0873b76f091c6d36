import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { type WhalesRig, seen, startWhales, until } from './rig';

let whales: WhalesRig;
let folder: string;
let stops: Stop[];
beforeEach(async () => {
  whales = await startWhales();
  folder = await mkdtemp(join(tmpdir(), 'whales-replay-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await whales?.stop();
  await rm(folder, { recursive: true, force: true });
});

const replay = async (path: string, speed: string): Promise<void> => {
  stops.push(
    await whales.feed({
      WHALE_SOURCE: 'replay',
      REPLAY_PATH: path,
      REPLAY_SPEED: speed,
    }),
  );
};

interface Shown {
  whaleFeedStatus: {
    kind: string;
    state: string;
    message: string;
    sources: { name: string; isConnected: boolean; message: string }[];
  } | null;
  whaleTransactions: { edges: { node: { id: string; time: string; sources: string[] } }[] };
}

const shown = (): Promise<Shown> =>
  whales.graph.data<Shown>(`{
    whaleFeedStatus { kind state message sources { name isConnected message } }
    whaleTransactions(first: 200) { edges { node { id time sources } } }
  }`);

const row = (digit: string, time: string): string =>
  `{"hash": "${digit.repeat(64)}", "from": "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "time": "${time}+00:00", "to": "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo", "value": 500}`;

/** Not in the order of time: of a minute, and a year later. */
async function recording(): Promise<string> {
  const rows = [
    row('3', '2025-10-02 14:11:03'),
    row('2', '2024-10-02 14:11:03'),
    row('1', '2024-10-02 14:10:03'),
  ];
  const path = join(folder, 'btc_history.json');
  await writeFile(path, `[${rows.join(',')}]`);
  return path;
}

const idsOf = ({ whaleTransactions }: Shown): string[] =>
  whaleTransactions.edges.map(({ node }) => node.id.slice(-1));

describe('a replay', () => {
  it('tells of what was recorded in the order of time, takes the place of a simulation, and says what it is', async () => {
    await whales.see(seen({ dataset: { kind: 'SIMULATED', begun: 1 }, source: 'simulated' }));
    await replay(await recording(), '0');
    await until(async () => (await shown()).whaleFeedStatus?.state === 'ENDED');
    await until(async () => idsOf(await shown()).length === 3);
    const { whaleFeedStatus, whaleTransactions } = await shown();
    expect(whaleFeedStatus).toEqual({
      ...{ kind: 'REPLAY', state: 'ENDED' },
      message:
        'Replay of recorded whales (btc_history.json), as fast as it goes: nothing of it happens now.',
      sources: [{ name: 'replay', isConnected: false, message: 'It has been played to its end.' }],
    });
    expect(whaleTransactions.edges.map(({ node }) => [node.time, node.sources])).toEqual([
      ['2025-10-02T14:11:03.000Z', ['replay']],
      ['2024-10-02T14:11:03.000Z', ['replay']],
      ['2024-10-02T14:10:03.000Z', ['replay']],
    ]);
  });

  it('keeps the pace of the recording, also over pauses of a year', async () => {
    // A minute of it in a tenth of a second, and a year in fifteen hours.
    await replay(await recording(), '600');
    await until(async () => idsOf(await shown()).length === 2);
    expect(await shown()).toMatchObject({ whaleFeedStatus: { kind: 'REPLAY', state: 'RUNNING' } });
    expect(idsOf(await shown())).toEqual(['2', '1']);
  });

  it('does not begin where there is nothing to replay', async () => {
    const path = join(folder, 'notes.txt');
    await writeFile(path, 'nothing');
    await expect(replay(path, '1')).rejects.toThrow(/REPLAY_PATH: .*in a form that is known/);
    await expect(replay(join(folder, 'none'), '1')).rejects.toThrow(/REPLAY_PATH: .*no such file/);
  });
});

describeRecorded(
  describe,
  'a replay of the transfers of October 2025',
  'whales/onchain-large-transfers-2025-10',
  (recorded) => {
    it('tells of all of them', async () => {
      await replay(recorded, '0');
      await until(async () => (await shown()).whaleFeedStatus?.state === 'ENDED');
      // 364 of bitcoin, 583 and 190 of Ethereum, 106 of Solana and 52 of BSC.
      await until(
        async () => (await whales.prisma.whaleTransaction.count()) === 364 + 583 + 190 + 106 + 52,
      );
    });
  },
);
