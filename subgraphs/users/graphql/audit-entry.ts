import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { SealedEntry } from '../rules/audit-chain';
import { SECURITY_EVENT_KINDS, type SecurityEventKind } from '../rules/security-event';

/** Kinds by their names, and one for what a newer version has written. */
type Kind = SecurityEventKind | 'OTHER';

const DESCRIPTIONS: Record<Kind, string> = {
  ...SECURITY_EVENT_KINDS,
  OTHER: 'Something that this version does not know.',
};
const KINDS = Object.fromEntries(Object.keys(DESCRIPTIONS).map((kind) => [kind, kind]));
registerEnumType(KINDS, {
  name: 'AuditKind',
  description: 'What the audit log says has happened.',
  valuesConfig: Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([kind, description]) => [kind, { description }]),
  ),
});

@InputType({ description: 'Which entries: those that all of it is true of.' })
export class AuditFilter {
  @Field(() => ID, { nullable: true, description: 'The user who did it.' })
  actor?: string | null;

  @Field(() => ID, { nullable: true, description: 'The user whose account it is about.' })
  subject?: string | null;

  @Field(() => KINDS, { nullable: true, description: 'What has happened.' })
  kind?: Kind | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When at the earliest.' })
  from?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Before when.' })
  to?: number | null;

  @Field(() => String, { nullable: true, description: 'The network address it came from.' })
  address?: string | null;
}

@ObjectType({ description: 'More about an entry, e.g. what was before.', simpleResolvers: true })
export class AuditDetail {
  @Field({ description: 'What it is.' })
  name: string;

  @Field({ description: 'E-mail addresses are masked.' })
  value: string;
}

@ObjectType({ description: 'One entry of the audit log.', simpleResolvers: true })
export class AuditEntry {
  @Field(() => ID, { description: 'Its place in the log, from 1 on.' })
  id: string;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  at: number;

  @Field(() => KINDS, { description: 'What happened.' })
  kind: Kind;

  @Field(() => ID, {
    nullable: true,
    description:
      'The user who did it; null for somebody who has not proved who they are, or nobody.',
  })
  actor: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The user whose account it is about; null where there is none.',
  })
  subject: string | null;

  @Field(() => ID, { nullable: true, description: 'The session in which it was done.' })
  sessionId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The network address it came from; null where unknown.',
  })
  address: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'As the client named itself; null where it did not.',
  })
  userAgent: string | null;

  @Field(() => [AuditDetail], { description: 'What else is to be said.' })
  details: AuditDetail[];

  @Field({
    description: 'SHA-256 over this entry and the hash of the one before it, in hexadecimal.',
  })
  hash: string;
}

@ObjectType({ description: 'An entry and its place in the list.', simpleResolvers: true })
export class AuditEdge {
  @Field({ description: 'For `after`.' })
  cursor: string;

  @Field(() => AuditEntry, { description: 'The entry.' })
  node: AuditEntry;
}

@ObjectType({ description: 'A page of the audit log.', simpleResolvers: true })
export class AuditConnection {
  @Field(() => [AuditEdge], { description: 'The newest first.' })
  edges: AuditEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo: PageInfo;
}

export const entryView = (entry: SealedEntry): AuditEntry => {
  const { sequence, at, kind, actor, subject, sessionId, address, userAgent, details } = entry;
  return Object.assign(new AuditEntry(), {
    id: String(sequence),
    kind: Object.hasOwn(KINDS, kind) ? (kind as Kind) : 'OTHER',
    ...{ at, actor, subject, sessionId },
    address: address || null,
    userAgent: userAgent || null,
    details: Object.entries(details).map(([name, value]) => ({ name, value })),
    hash: Buffer.from(entry.hash).toString('hex'),
  });
};
