import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';

export enum Role {
  USER = 'USER',
  ADMIN = 'ADMIN',
}
registerEnumType(Role, {
  name: 'Role',
  description: 'What somebody is to this installation.',
  valuesConfig: {
    USER: { description: 'Owns what is theirs.' },
    ADMIN: { description: 'Looks after all accounts.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({ description: 'Somebody with an account.', simpleResolvers: true })
export class User {
  @Field(() => ID, { description: 'Never changes.' })
  id: string;

  @Field({ description: 'Where mail goes; of other people masked.' })
  email: string;

  @Field({ description: 'Whether the address was proved to be theirs.' })
  emailVerified: boolean;

  @Field({ description: 'As they want to be called.' })
  displayName: string;

  @Field(() => [Role], { description: 'What they are to this installation.' })
  roles: `${Role}`[];

  @Field(() => DateTimeScalar, { description: 'When the account was made.' })
  createdAt: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Since when an administrator keeps them out; null where nobody does.',
  })
  lockedAt: number | null;
}
