import { LEG_KINDS, OWNER_KINDS, FEED_KINDS, WHALE_STATUSES } from '@spyhop/platform/topics';
import { registerEnumType } from 'type-graphql';
import { DIRECTIONS } from '../rules/direction';
import { PATTERN_RULES } from '../rules/patterns/pattern';
import { FLOW_BUCKETS, type FlowBucket as BucketName } from '../rules/flow-range';
import { SOURCE_STATES } from '../rules/feed-status';
import { FOLD_REASONS } from '../rules/folding/fold';

export const enumOf = <Name extends string>(names: readonly Name[]): { [Each in Name]: Each } =>
  Object.fromEntries(names.map((name) => [name, name])) as { [Each in Name]: Each };

export const OwnerKind = enumOf(OWNER_KINDS);
registerEnumType(OwnerKind, {
  name: 'OwnerKind',
  description: 'What kind of owner a wallet is said to have.',
  valuesConfig: {
    EXCHANGE: { description: 'An exchange; which of its wallets is not said.' },
    EXCHANGE_HOT: { description: 'The wallet from which an exchange pays out.' },
    EXCHANGE_COLD: { description: 'Where an exchange keeps what it does not need at hand.' },
    EXCHANGE_DEPOSIT: { description: 'An address that an exchange gave to one of its customers.' },
    FUND: { description: 'A fund or trading firm.' },
    TREASURY: { description: 'Who issues a token, or the treasury of a company or project.' },
    BRIDGE: { description: 'A bridge between chains.' },
    DEFI: { description: 'A contract of decentralised finance.' },
    MINT_BURN: { description: 'Where units are made or destroyed, e.g. the null address.' },
    MINER: { description: 'A miner or mining pool.' },
    OTHER: { description: 'Known, and none of these.' },
    UNKNOWN: { description: 'Nobody says whose it is.' },
  },
});

export const WhaleLegKind = enumOf(LEG_KINDS);
registerEnumType(WhaleLegKind, {
  name: 'WhaleLegKind',
  description: 'What happened to the amount.',
  valuesConfig: {
    TRANSFER: { description: 'It went from one wallet to another.' },
    MINT: { description: 'It was made.' },
    BURN: { description: 'It was destroyed.' },
    FREEZE: { description: 'Its issuer has frozen it where it is.' },
    UNFREEZE: { description: 'Its issuer has let it go again.' },
    LOCK: { description: 'It was locked in a contract.' },
    UNLOCK: { description: 'It was released from a contract.' },
    OTHER: { description: 'Something else, as the source says.' },
  },
});

export const WhaleDirection = enumOf(DIRECTIONS);
registerEnumType(WhaleDirection, {
  name: 'WhaleDirection',
  description: 'Where a transaction moves something, seen from the exchanges.',
  valuesConfig: {
    TO_EXCHANGE: { description: 'Into an exchange, from somebody who is none.' },
    FROM_EXCHANGE: { description: 'Out of an exchange, to somebody who is none.' },
    BETWEEN_EXCHANGES: { description: 'From one exchange to another.' },
    INTERNAL: { description: 'Between wallets of one owner.' },
    ELSEWHERE: { description: 'No exchange is known to take part.' },
  },
});

export const FoldReason = enumOf(FOLD_REASONS);
registerEnumType(FoldReason, {
  name: 'FoldReason',
  description: 'Why several transactions are one event.',
  valuesConfig: {
    INTERNAL: { description: 'One owner moves what is its own between its wallets.' },
    PEEL_CHAIN: {
      description:
        'A large remainder goes on from wallet to wallet while a little leaves at each hop.',
    },
    CONSOLIDATION: {
      description:
        'One owner gathers from several wallets in one, or an exchange sweeps what was paid to it.',
    },
    CHANGE: { description: 'A part of what was sent comes back to who had sent it.' },
  },
});

export const WhaleStatus = enumOf(WHALE_STATUSES);
registerEnumType(WhaleStatus, {
  name: 'WhaleStatus',
  description: 'What has become of a transaction, as far as its sources say.',
  valuesConfig: {
    UNCONFIRMED: {
      description: 'In no block yet, or in one that may still be left behind by another.',
    },
    CONFIRMED: { description: 'In a block that stays, as far as anybody can tell.' },
    REPLACED: { description: 'Another one that spends the same took its place.' },
    DROPPED: { description: 'It was let go of before any block took it.' },
    RETRACTED: { description: 'Its block was left behind, and no other one has it yet.' },
  },
});

export const UsdBasis = enumOf(['CANDLES', 'PEG', 'SOURCE']);
registerEnumType(UsdBasis, {
  name: 'UsdBasis',
  description: 'What a figure in USD comes from.',
  valuesConfig: {
    CANDLES: { description: 'The close of the last candle before the move.' },
    PEG: { description: 'A token that is worth a dollar by promise of its issuer.' },
    SOURCE: { description: 'What the source says; nobody here knows a price.' },
  },
});

export const WhaleFeedKind = enumOf(FEED_KINDS);
registerEnumType(WhaleFeedKind, {
  name: 'WhaleFeedKind',
  description: 'What all shown transactions are; the kinds are never mixed.',
  valuesConfig: {
    LIVE: { description: 'Real ones, as sources tell of them.' },
    REPLAY: { description: 'Recorded ones, told again; nothing of it happens now.' },
    SIMULATED: { description: 'A simulation: no real wallets, transactions or owners.' },
  },
});

export const WhaleFeedState = enumOf(['STARTING', 'RUNNING', 'RECONNECTING', 'ENDED', 'STALE']);
registerEnumType(WhaleFeedState, {
  name: 'WhaleFeedState',
  description: 'How the feed of large transactions is doing.',
  valuesConfig: {
    STARTING: { description: 'No source has been reached yet.' },
    RUNNING: { description: 'At least one source is connected.' },
    RECONNECTING: { description: 'All sources are out of reach and are tried again.' },
    ENDED: { description: 'The replay has been played to its end.' },
    STALE: { description: 'The feed process has not reported for a while.' },
  },
});

export const WhaleSourceState = enumOf(SOURCE_STATES);
registerEnumType(WhaleSourceState, {
  name: 'WhaleSourceState',
  description: 'How a source of large transactions or trades is doing.',
  valuesConfig: {
    LIVE: { description: 'In reach, and tells of what happens now.' },
    REPLAY: { description: 'It tells again of what was recorded.' },
    SIMULATED: { description: 'It makes up what it tells.' },
    QUOTA_EXHAUSTED: {
      description: 'The plan of its key has no more calls for now; it goes on by itself.',
    },
    STALE: {
      description:
        'What its upstream says is too old, it has told of nothing for longer than it should, or the feed process has not reported for a while.',
    },
    STANDBY: { description: 'It is asked only where another source is out of reach.' },
    UNREACHABLE: { description: 'Out of reach; it is tried again.' },
  },
});

/** Names and how far back they look, in ms. */
export const WINDOW_MS = { H1: 3_600_000, H24: 86_400_000, D7: 604_800_000, D30: 2_592_000_000 };
export const WhaleWindow = enumOf(['H1', 'H24', 'D7', 'D30']);
registerEnumType(WhaleWindow, {
  name: 'WhaleWindow',
  description: 'How far back figures of large transactions look.',
  valuesConfig: {
    H1: { description: 'The last hour.' },
    H24: { description: 'The last 24 hours.' },
    D7: { description: 'The last 7 days.' },
    D30: { description: 'The last 30 days.' },
  },
});

/** Names and how far back they look, in ms. */
export const FLOW_WINDOW_MS = { ...WINDOW_MS, Y1: 31_536_000_000 };
export const WhaleFlowWindow = enumOf(['H1', 'H24', 'D7', 'D30', 'Y1']);
registerEnumType(WhaleFlowWindow, {
  name: 'WhaleFlowWindow',
  description: 'How far back flows between owners look.',
  valuesConfig: {
    H1: { description: 'The present hour and the one before it.' },
    H24: { description: 'The present hour and the 24 before it.' },
    D7: { description: 'The present day (UTC) and the 7 before it.' },
    D30: { description: 'The present day (UTC) and the 30 before it.' },
    Y1: { description: 'The present day (UTC) and the 365 before it.' },
  },
});

export const FlowBucket = enumOf(Object.keys(FLOW_BUCKETS) as BucketName[]);
registerEnumType(FlowBucket, {
  name: 'FlowBucket',
  description: 'For how long each figure of a flow is.',
  valuesConfig: {
    HOUR: { description: 'An hour.' },
    DAY: { description: 'A day, UTC.' },
  },
});

export const WhalePatternRule = enumOf(PATTERN_RULES);
registerEnumType(WhalePatternRule, {
  name: 'WhalePatternRule',
  description:
    'What makes a pattern. Exchanges, bridges and contracts are left out of those of wallets.',
  valuesConfig: {
    ACCUMULATION: {
      description:
        'A wallet has received three times or more in seven days, and sent at most a tenth of that.',
    },
    DISTRIBUTION: {
      description:
        'A wallet has sent three times or more in seven days, and received at most a tenth of that.',
    },
    DORMANT_WAKING: {
      description: 'A wallet sends that was in no large transaction for 30 days or more.',
    },
    DORMANT_COINS: {
      description:
        'Coins are sent of which the largest had not moved for 30 days or more; known of Bitcoin only.',
    },
    EXCHANGE_INFLOW_SPIKE: {
      description: 'Far more goes into exchanges in an hour than is usual for the asset.',
    },
    EXCHANGE_OUTFLOW_SPIKE: {
      description: 'Far more goes out of exchanges in an hour than is usual for the asset.',
    },
    MINT: { description: 'Tokens were made.' },
    BURN: { description: 'Tokens were destroyed.' },
    SERIES: {
      description:
        'A wallet has received, or sent, the very same amount three times or more in a day.',
    },
  },
});
