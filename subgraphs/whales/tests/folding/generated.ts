import type { WhaleParty } from '@spyhop/platform/topics';
import { Draws } from '../../feeds/simulated/draws';
import type { Foldable } from '../../rules/folding/window';
import { type Cases, type Labelled, alone, moved, nobody, together } from './case';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.UTC(2025, 5, 1);
const EXCHANGES = ['binance', 'coinbase', 'kraken', 'okx'] as const;

/** Makes up one story that begins at a time, epoch ms. */
type Story = (draws: Draws, time: number) => Labelled[];

const wallet = (draws: Draws, kind: WhaleParty['ownerKind'], owner?: string): WhaleParty => ({
  address: draws.hex().slice(0, 34),
  owner: owner ?? draws.pick(EXCHANGES),
  ownerKind: kind,
});
const stranger = (draws: Draws): WhaleParty => nobody(draws.hex().slice(0, 34));
const size = (draws: Draws): number => Math.max(draws.logNormal(300, 1), 20);

/** An exchange's few wallets: the same ones in all stories. */
const hot = (owner: string, number = 1): WhaleParty => ({
  ...{ address: `${owner}-hot-${number}`, owner, ownerKind: 'EXCHANGE_HOT' as const },
});

const tx = (
  draws: Draws,
  time: number,
  amount: number,
  from: readonly WhaleParty[],
  to: readonly WhaleParty[],
): Foldable =>
  moved({ hash: draws.hex(), time: Math.floor(time), amount, from: [...from], to: [...to] });

/** Peels of up to 40 %, waits from seconds to an hour, three to twelve hops, some of them to an exchange at the end. */
const peelChain: Story = (draws, time) => {
  let [amount, holder] = [size(draws) * 5, stranger(draws)];
  const hops = draws.whole(3, 12);
  const isSold = draws.number() < 0.5;
  const chain = Array.from({ length: hops }, (_, index) => {
    const isLast = index === hops - 1;
    const next = isLast && isSold ? wallet(draws, 'EXCHANGE_DEPOSIT') : stranger(draws);
    const hop = tx(
      draws,
      time,
      amount,
      [holder],
      isLast && isSold ? [next] : [next, stranger(draws)],
    );
    amount *= 1 - Math.min(draws.logNormal(0.03, 1.2), 0.4);
    time += Math.min(draws.logNormal(4 * MINUTE, 1.2), 60 * MINUTE);
    holder = next;
    return hop;
  });
  return together('PEEL_CHAIN', chain);
};

/** An exchange moves its own in two to eight parts, now and then with a pause of up to half an hour. */
const shuffle: Story = (draws, time) => {
  const owner = draws.pick(EXCHANGES);
  const cold = wallet(draws, 'EXCHANGE_COLD', owner);
  const parts = Array.from({ length: draws.whole(2, 8) }, () => {
    time += Math.min(draws.logNormal(2 * MINUTE, 1), 30 * MINUTE);
    return tx(draws, time, size(draws), [cold], [hot(owner, draws.whole(1, 2))]);
  });
  return together('INTERNAL', parts);
};

/** Several customers pay in, and a while later each address is swept. */
const sweeps: Story = (draws, time) =>
  Array.from({ length: draws.whole(1, 4) }, () => {
    const owner = draws.pick(EXCHANGES);
    const given = wallet(draws, 'EXCHANGE_DEPOSIT', owner);
    const amount = size(draws);
    const paid = time + draws.between(0, 10 * MINUTE);
    const swept = paid + Math.min(draws.logNormal(15 * MINUTE, 0.8), 3 * 60 * MINUTE);
    return together('CONSOLIDATION', [
      tx(draws, paid, amount, [stranger(draws)], [given]),
      tx(draws, swept, amount * draws.between(0.95, 1), [given], [hot(owner)]),
    ]);
  }).flat();

/** What was paid in was too small to be told; only the sweeps are seen. */
const blindSweeps: Story = (draws, time) => {
  const owner = draws.pick(EXCHANGES);
  return together(
    'CONSOLIDATION',
    Array.from({ length: draws.whole(2, 9) }, () => {
      time += draws.between(10_000, 4 * MINUTE);
      return tx(
        draws,
        time,
        size(draws),
        [wallet(draws, 'EXCHANGE_DEPOSIT', owner)],
        [hot(owner, 3)],
      );
    }),
  );
};

/** An exchange gathers from wallets of its own in one cold wallet. */
const gathering: Story = (draws, time) => {
  const owner = draws.pick(EXCHANGES);
  const cold = wallet(draws, 'EXCHANGE_COLD', owner);
  return together(
    'CONSOLIDATION',
    Array.from({ length: draws.whole(2, 6) }, () => {
      time += draws.between(20_000, 5 * MINUTE);
      return tx(draws, time, size(draws), [wallet(draws, 'EXCHANGE_HOT', owner)], [cold]);
    }),
  );
};

/** A part of what was sent comes back, mostly within half an hour. */
const change: Story = (draws, time) => {
  const [from, to] = [stranger(draws), stranger(draws)];
  const amount = size(draws);
  const later = time + Math.min(draws.logNormal(8 * MINUTE, 1), 2 * 60 * MINUTE);
  return together('CHANGE', [
    tx(draws, time, amount, [from], [to]),
    tx(draws, later, amount * draws.between(0.05, 0.9), [to], [from]),
  ]);
};

/** A large wallet pays little out and keeps the rest under the same address, again and again. */
const keptChange: Story = (draws, time) => {
  const own = stranger(draws);
  const amount = 10 * size(draws);
  return together(
    'CHANGE',
    Array.from({ length: draws.whole(2, 6) }, (_, index) => {
      time += draws.between(5 * MINUTE, 150 * MINUTE);
      return tx(draws, time, amount - index, [own], [own]);
    }),
  );
};

// What looks alike and is none.

/** Strangers send the very same amount in the very same moment. */
const coincidence: Story = (draws, time) => {
  const amount = draws.whole(1, 10) * 100;
  return Array.from({ length: draws.whole(2, 6) }, () =>
    alone(tx(draws, time, amount, [stranger(draws)], [stranger(draws)])),
  );
};

/** An exchange pays many customers out in one minute, some of them alike. */
const batchOfWithdrawals: Story = (draws, time) => {
  const owner = draws.pick(EXCHANGES);
  return Array.from({ length: draws.whole(4, 15) }, () =>
    alone(
      tx(
        draws,
        time + draws.between(0, MINUTE),
        draws.whole(1, 4) * 50,
        [hot(owner)],
        [stranger(draws)],
      ),
    ),
  );
};

/** One amount is split into equal ones, each of which goes on by itself. */
const mixer: Story = (draws, time) => {
  const outputs = Array.from({ length: draws.whole(3, 10) }, () => stranger(draws));
  const amount = size(draws) * 10;
  const source = stranger(draws);
  const isAtOnce = draws.number() < 0.5;
  const parts = outputs.map((output) =>
    tx(draws, time, amount / outputs.length, [source], [output]),
  );
  const on = outputs.map((output) =>
    tx(
      draws,
      time + draws.between(MINUTE, 60 * MINUTE),
      amount / outputs.length,
      [output],
      [stranger(draws)],
    ),
  );
  return [...(isAtOnce ? [tx(draws, time, amount, [source], outputs)] : parts), ...on].map(alone);
};

/** Several mix their coins in rounds: as many in as out, and all of it goes into the next one. */
const mixedRounds: Story = (draws, time) => {
  let round = Array.from({ length: 8 }, () => stranger(draws));
  return Array.from({ length: 4 }, (_, index) => {
    const next = round.map(() => stranger(draws));
    const each = tx(draws, time + index * 10 * MINUTE, 400, round, next);
    round = next;
    return alone(each);
  });
};

/** Somebody takes coins out of an exchange and into another one. */
const arbitrage: Story = (draws, time) => {
  const [own, amount] = [stranger(draws), size(draws)];
  const given = wallet(draws, 'EXCHANGE_DEPOSIT', 'kraken');
  return [
    alone(tx(draws, time, amount, [hot('binance')], [own])),
    alone(tx(draws, time + draws.between(MINUTE, 20 * MINUTE), amount * 0.999, [own], [given])),
  ];
};

/** A customer pays in and takes the same amount out again. */
const roundTrip: Story = (draws, time) => {
  const [own, amount] = [stranger(draws), size(draws)];
  const hotWallet = hot(draws.pick(EXCHANGES));
  return [
    alone(tx(draws, time, amount, [own], [hotWallet])),
    alone(tx(draws, time + draws.between(MINUTE, 25 * MINUTE), amount, [hotWallet], [own])),
  ];
};

/** Of an exchange that nobody has labelled: many pay into one wallet, and it pays many. */
const unlabelled: Story = (draws, time) => {
  const service = stranger(draws);
  return Array.from({ length: draws.whole(6, 20) }, (_, index) => {
    const at = time + index * draws.between(MINUTE, 4 * MINUTE);
    const parties = [[stranger(draws)], [service]];
    const [from, to] = draws.number() < 0.5 ? parties : parties.reverse();
    return alone(tx(draws, at, size(draws), from ?? [], to ?? []));
  });
};

/** One pays another, who pays a third one out of it. */
const passedOn: Story = (draws, time) => {
  const [a, b, c] = [stranger(draws), stranger(draws), stranger(draws)];
  const amount = size(draws);
  return [
    alone(tx(draws, time, amount, [a], [b])),
    alone(tx(draws, time + 9 * MINUTE, amount * draws.between(0.2, 1), [b], [c])),
  ];
};

/** As above with a fourth: by its amounts and times nothing tells it from a peel chain. */
const passedOnTwice: Story = (draws, time) => {
  const parties = Array.from({ length: 4 }, () => stranger(draws));
  let amount = size(draws);
  return Array.from({ length: 3 }, (_, index) => {
    const each = tx(
      draws,
      time + index * 9 * MINUTE,
      amount,
      [parties[index]!],
      [parties[index + 1]!],
    );
    amount *= draws.between(0.3, 1);
    return alone(each);
  });
};

const TRUE_EVENTS = [peelChain, shuffle, sweeps, blindSweeps, gathering, change, keptChange];
const HARD_NEGATIVES = [
  ...[coincidence, batchOfWithdrawals, mixer, mixedRounds, arbitrage, roundTrip, unlabelled],
  ...[passedOn, passedOnTwice],
];

/** So many of each story, all among one another within so many days. */
export function generatedCases(count: number, days: number): Cases {
  const transactions = [...TRUE_EVENTS, ...HARD_NEGATIVES].flatMap((story) =>
    Array.from({ length: count }, (_, index) => {
      const draws = new Draws(`folding/${story.name}/${index}`);
      return story(draws, START + draws.between(0, days * DAY));
    }).flat(),
  );
  return {
    name: 'made up',
    transactions: transactions.sort((a, b) => a.transaction.time - b.transaction.time),
  };
}
