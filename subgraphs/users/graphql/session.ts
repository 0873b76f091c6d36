import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A device that is signed in.', simpleResolvers: true })
export class Session {
  @Field(() => ID, { description: 'For endSession.' })
  id: string;

  @Field({ description: 'What the client says it is, e.g. "Firefox on Linux".' })
  device: string;

  @Field(() => String, {
    nullable: true,
    description: 'desktop, mobile, tablet or tv; null where the client does not tell.',
  })
  platform: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Network address of the last use; null where unknown.',
  })
  address: string | null;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  createdAt: number;

  @Field(() => DateTimeScalar, { description: 'When it was last renewed, to 15 minutes.' })
  lastUsedAt: number;

  @Field(() => DateTimeScalar, { description: 'When it ends unless it is used before.' })
  expiresAt: number;

  @Field({ description: 'Whether it is the one that asks.' })
  isCurrent: boolean;
}

@ObjectType({ description: 'A session and its place in the list.', simpleResolvers: true })
export class SessionEdge {
  @Field({ description: 'For `after`.' })
  cursor: string;

  @Field(() => Session, { description: 'The session.' })
  node: Session;
}

@ObjectType({ description: 'A page of sessions.', simpleResolvers: true })
export class SessionConnection {
  @Field(() => [SessionEdge], { description: 'The newest first.' })
  edges: SessionEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo: PageInfo;
}
