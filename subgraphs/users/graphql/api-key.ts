import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar } from '@spyhop/platform/scalars';
import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum ApiKeyScope {
  READ_MARKET = 'read:market',
  READ_WHALES = 'read:whales',
  WRITE_WHALES = 'write:whales',
  READ_PORTFOLIO = 'read:portfolio',
  WRITE_PORTFOLIO = 'write:portfolio',
  WRITE_ALERTS = 'write:alerts',
}
registerEnumType(ApiKeyScope, {
  name: 'ApiKeyScope',
  description: 'Something that a key can be allowed, never more than its owner is.',
  valuesConfig: {
    READ_MARKET: {
      description: "`read:market`: prices, candles, all about assets, and the owner's watchlists.",
    },
    READ_WHALES: {
      description:
        '`read:whales`: large transactions, and the wallets that the owner has labelled or follows.',
    },
    WRITE_WHALES: {
      description: '`write:whales`: labelling and following wallets in the name of the owner.',
    },
    READ_PORTFOLIO: { description: "`read:portfolio`: the owner's portfolios." },
    WRITE_PORTFOLIO: { description: "`write:portfolio`: changes of the owner's portfolios." },
    WRITE_ALERTS: { description: "`write:alerts`: changes of the owner's alerts." },
  },
});

@ObjectType({
  description: 'With what programs ask in the name of its owner, without its secret.',
  simpleResolvers: true,
})
export class ApiKey {
  @Field(() => ID, { description: 'For rotateApiKey and revokeApiKey.' })
  id: string;

  @Field({ description: 'As its owner calls it.' })
  name: string;

  @Field(() => [ApiKeyScope], { description: 'What it lets do.' })
  scopes: `${ApiKeyScope}`[];

  @Field(() => [String], {
    description: 'Networks in CIDR notation that it may be used from; none is everywhere.',
  })
  allowedIps: string[];

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it ends, or has ended; null for never.',
  })
  expiresAt: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was last used, to a few minutes; null before the first time.',
  })
  lastUsedAt: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Network address of that use; null where unknown.',
  })
  lastUsedAddress: string | null;
}

@ObjectType({ description: 'A key and its place in the list.', simpleResolvers: true })
export class ApiKeyEdge {
  @Field({ description: 'For `after`.' })
  cursor: string;

  @Field(() => ApiKey, { description: 'The key.' })
  node: ApiKey;
}

@ObjectType({ description: 'A page of keys.', simpleResolvers: true })
export class ApiKeyConnection {
  @Field(() => [ApiKeyEdge], { description: 'The newest first.' })
  edges: ApiKeyEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo: PageInfo;
}

@ObjectType({
  description: 'A key that was just made, the only time that it is shown.',
  simpleResolvers: true,
})
export class NewApiKey {
  @Field({
    description:
      'For the header `x-api-key`, or Authorization after `ApiKey`. It looks like `spyhop_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}`; the last six characters are the CRC-32 of what is before them, in base62.',
  })
  key: string;

  @Field(() => ApiKey, { description: 'What is kept of it.' })
  apiKey: ApiKey;
}

@InputType({ description: 'A new key.' })
export class CreateApiKeyInput {
  @Field({ description: 'As its owner calls it, 1 to 64 characters.' })
  name: string;

  @Field(() => [ApiKeyScope], { description: 'What it lets do, at least one thing.' })
  scopes: `${ApiKeyScope}`[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it ends, within five years; never if left out.',
  })
  expiresAt?: number | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Addresses and networks like 203.0.113.0/24 that it may be used from, at most 20; everywhere if left out.',
  })
  allowedIps?: string[] | null;
}

@ArgsType()
export class RotateApiKeyArgs {
  @Field(() => ID, { description: 'The key whose place a new one takes.' })
  id: string;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'For how many minutes the key before works on, 0 to 10080, a week.',
  })
  overlapMinutes: number;
}

@ArgsType()
export class RevokeApiKeyArgs {
  @Field(() => ID, { description: 'The key that is to count no more.' })
  id: string;
}
