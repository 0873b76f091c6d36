import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import { Directive, Field, ObjectType } from 'type-graphql';
import type { DecimalText } from '../rules/market-data';
import { ExchangeRateSource } from './enums';

@ObjectType({ description: 'What a dollar is worth in one currency.', simpleResolvers: true })
export class ExchangeRate {
  @Field({ description: 'ISO 4217 code, e.g. EUR.' })
  currency: string;

  @Field(() => DecimalScalar, {
    description: 'Units of the currency for one US dollar; above 0, at most 12 significant digits.',
  })
  perDollar: DecimalText;
}

@ObjectType({
  description: 'What a dollar is worth in the currencies of states.',
  simpleResolvers: true,
})
export class ExchangeRates {
  @Field({ description: 'The currency that rates are per unit of: USD.' })
  base: string;

  @Field(() => DateTimeScalar, {
    description: 'When the source was asked; of a fixed table the day it was made for.',
  })
  at: number;

  @Field(() => ExchangeRateSource, { description: 'Where the rates come from.' })
  source: `${ExchangeRateSource}`;

  @Directive('@listSize(assumedSize: 60)')
  @Field(() => [ExchangeRate], {
    description:
      'By currency, A to Z, USD among them; currencies without a known rate are missing.',
  })
  rates: readonly ExchangeRate[];
}
