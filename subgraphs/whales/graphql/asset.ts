import { Directive, Field, ID, ObjectType } from 'type-graphql';

// The market subgraph, which owns the entity, describes it.
@Directive('@key(fields: "symbol")')
@ObjectType({ simpleResolvers: true })
export class Asset {
  @Field(() => ID, { description: 'Ticker in upper case, e.g. BTC.' })
  symbol: string;
}
