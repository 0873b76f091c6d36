import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';

export enum Theme {
  SYSTEM = 'SYSTEM',
  LIGHT = 'LIGHT',
  DARK = 'DARK',
}
registerEnumType(Theme, {
  name: 'Theme',
  description: 'Light or dark.',
  valuesConfig: {
    SYSTEM: { description: 'As the device is set.' },
    LIGHT: { description: 'Dark on light.' },
    DARK: { description: 'Light on dark.' },
  },
});

// As the market subgraph has it, which composition makes sure of.
export enum CandleInterval {
  M1 = '1m',
  M5 = '5m',
  M15 = '15m',
  H1 = '1h',
  H4 = '4h',
  D1 = '1d',
}
registerEnumType(CandleInterval, {
  name: 'CandleInterval',
  description: 'Length of a candle; candles are aligned to UTC.',
  valuesConfig: {
    M1: { description: '1 minute.' },
    M5: { description: '5 minutes.' },
    M15: { description: '15 minutes.' },
    H1: { description: '1 hour.' },
    H4: { description: '4 hours, from 00:00 UTC.' },
    D1: { description: '1 day, from 00:00 UTC.' },
  },
});

@ObjectType({ description: 'How somebody wants things to be shown.', simpleResolvers: true })
export class Preferences {
  @Field({ description: 'Of amounts of money, by its ISO 4217 code.' })
  currency: string;

  @Field(() => String, {
    nullable: true,
    description: 'A name of the IANA time zone database; null for that of the device.',
  })
  timeZone: string | null;

  @Field(() => Theme, { description: 'Light or dark.' })
  theme: `${Theme}`;

  @Field(() => String, {
    nullable: true,
    description:
      'A language tag (BCP 47) by whose habits numbers and dates are written; null for that of the device.',
  })
  locale: string | null;

  @Field(() => CandleInterval, { description: "Length of a chart's candles at first." })
  defaultInterval: `${CandleInterval}`;
}

@InputType({ description: 'What is to be shown otherwise; what is left out stays.' })
export class UpdatePreferencesInput {
  @Field(() => String, { nullable: true, description: 'An ISO 4217 code like USD.' })
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A name of the IANA time zone database; null for that of the device.',
  })
  timeZone?: string | null;

  @Field(() => Theme, { nullable: true, description: 'Light or dark.' })
  theme?: `${Theme}` | null;

  @Field(() => String, {
    nullable: true,
    description: 'A language tag (BCP 47) like de-CH; null for that of the device.',
  })
  locale?: string | null;

  @Field(() => CandleInterval, {
    nullable: true,
    description: "Length of a chart's candles at first.",
  })
  defaultInterval?: `${CandleInterval}` | null;
}
