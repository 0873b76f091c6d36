import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar } from '@spyhop/platform/scalars';
import type { SecurityEventRaised } from '@spyhop/platform/topics';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { ALERT_KINDS, type AlertKind } from '../rules/anomalies';
import { deviceOf } from '../rules/device';
import { AuditDetail } from './audit-entry';

/** Kinds by their names, and one for what a newer version has raised. */
type Kind = AlertKind | 'OTHER';

const DESCRIPTIONS: Record<Kind, string> = {
  ...ALERT_KINDS,
  OTHER: 'Something that this version does not know.',
};
const KINDS = Object.fromEntries(Object.keys(DESCRIPTIONS).map((kind) => [kind, kind]));
registerEnumType(KINDS, {
  name: 'SecurityEventKind',
  description: 'What somebody should look at.',
  valuesConfig: Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([kind, description]) => [kind, { description }]),
  ),
});

@ObjectType({
  description: 'Something about an account that its owner, or an administrator, should look at.',
  simpleResolvers: true,
})
export class SecurityEvent {
  @Field(() => ID, { description: 'Later ones have greater numbers.' })
  id: string;

  @Field(() => KINDS, { description: 'What it is.' })
  kind: Kind;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  at: number;

  @Field(() => ID, {
    nullable: true,
    description: 'The user whose account it is about; null where it is for administrators only.',
  })
  userId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The network address it came from; null where unknown.',
  })
  address: string | null;

  @Field({ description: 'What the client says it is, e.g. "Firefox on Linux".' })
  device: string;

  @Field(() => [AuditDetail], { description: 'What else is to be said, e.g. how many attempts.' })
  details: AuditDetail[];
}

@ObjectType({ description: 'A security event and its place in the list.', simpleResolvers: true })
export class SecurityEventEdge {
  @Field({ description: 'For `after`.' })
  cursor: string;

  @Field(() => SecurityEvent, { description: 'The event.' })
  node: SecurityEvent;
}

@ObjectType({ description: 'A page of security events.', simpleResolvers: true })
export class SecurityEventConnection {
  @Field(() => [SecurityEventEdge], { description: 'The newest first.' })
  edges: SecurityEventEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo: PageInfo;
}

export const securityEventView = (event: SecurityEventRaised): SecurityEvent => {
  const { id, kind, at, userId, address, userAgent, details } = event;
  return Object.assign(new SecurityEvent(), {
    ...{ id, at, userId },
    kind: Object.hasOwn(KINDS, kind) ? (kind as Kind) : 'OTHER',
    address: address || null,
    device: deviceOf(userAgent).name,
    details: Object.entries(details).map(([name, value]) => ({ name, value })),
  });
};
