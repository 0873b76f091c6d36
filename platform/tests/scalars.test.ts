import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { parseValue } from 'graphql';
import { DateTimeScalar, DecimalScalar } from '../scalars';

// The same each time.
fc.configureGlobal({ seed: 1 });

describe('Decimal', () => {
  it('keeps every digit of any decimal text it is given', () => {
    const decimalText = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.stringMatching(/^[0-9]{1,30}$/))
      .map(([whole, fraction]) => `${whole}.${fraction}`);
    fc.assert(
      fc.property(decimalText, (text) => {
        const back = DecimalScalar.serialize(DecimalScalar.parseValue(text));
        expect(back).toBe(text.replace(/\.?0+$/, ''));
      }),
    );
  });

  it('never writes an exponent', () => {
    expect(DecimalScalar.serialize(new Decimal('1e-12'))).toBe('0.000000000001');
    expect(DecimalScalar.serialize(new Decimal('5.9e26'))).toBe('590000000000000000000000000');
  });

  it.each([1.5, '1e5', '', 'NaN', '1,000', null])(
    'refuses %p and shows the right form',
    (value) => {
      expect(() => DecimalScalar.parseValue(value)).toThrow(/"61837\.64"/);
    },
  );

  it.each(['1000000', '[1.5]', '{usd: "1"}'])(
    'refuses %s in a query and shows it as it was written',
    (literal) => {
      expect(() => DecimalScalar.parseLiteral(parseValue(literal))).toThrow(`not ${literal}.`);
    },
  );
});

describe('DateTime', () => {
  it('reads any offset and writes UTC with milliseconds', () => {
    expect(DateTimeScalar.serialize(DateTimeScalar.parseValue('2024-08-09T02:05:04+02:00'))).toBe(
      '2024-08-09T00:05:04.000Z',
    );
  });

  it.each([
    '2024-08-09',
    'yesterday',
    1723161904000,
    '2024-13-09T00:00:00Z',
    '2023-02-29T00:00:00Z',
  ])('refuses %p and shows the right form', (value) => {
    expect(() => DateTimeScalar.parseValue(value)).toThrow(/time zone/);
  });

  it('refuses a number in a query and shows it as it was written', () => {
    expect(() => DateTimeScalar.parseLiteral(parseValue('1723161904000'))).toThrow(
      'not 1723161904000.',
    );
  });
});
