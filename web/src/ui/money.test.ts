import { describe, expect, it } from 'vitest';
import { createFormats } from './format';
import { inCurrency, inDollars } from './money';

// Products were calculated by another program; spaces in what locales write are not all alike.
const plain = (text: string) => text.replace(/\s/g, ' ');

describe('an amount of dollars in another currency', () => {
  const euros = inCurrency('en-US', 'EUR', '0.860265005174');

  it.each([
    // 53196.75769454794936
    ['61837.64', 2, '€53,196.76'],
    // 112.90117927903576
    ['131.24', 2, '€112.90'],
    ['131.24', undefined, '€112.9012'],
    // 0.00001061567016384716
    ['0.00001234', 8, '€0.00001062'],
    ['0', 2, '€0.00'],
  ])('of %s with %s decimals is %s', (dollars, quoted, shown) => {
    expect(euros.price(dollars, quoted)).toBe(shown);
  });

  it('has no more decimals than its cash once it is large', () => {
    // 9643315.9186977168
    expect(inCurrency('en-US', 'JPY', '155.94573012').price('61837.64', 2)).toBe('¥9,643,316');
    // 22.1991
    expect(inCurrency('en-US', 'JPY', '155').price('0.14322', 5)).toBe('¥22.1991');
  });

  it('has no decimals from a million on, and fits a column however large it is', () => {
    const rupiah = inCurrency('en-US', 'IDR', '16700');
    // 46759999.99 and 1032688588
    expect(plain(rupiah.price('2799.999999401'))).toBe('IDR 46,760,000');
    expect(plain(rupiah.price('61837.64', 2))).toBe('IDR 1,032,688,588');
    expect(rupiah.splitPrice('2800')).toEqual({ whole: 'IDR\u00a046,760,000', fraction: '' });
    expect(rupiah.splitPrice('61837.64', 2)).toEqual({
      ...{ whole: 'IDR\u00a01', fraction: '.0327\u202fB' },
      full: 'IDR\u00a01,032,688,588',
    });
    // 20708000000000000
    expect(plain(rupiah.amount('1240000000000'))).toBe('IDR 20,708 T');
    expect(plain(rupiah.amount('1240000000'))).toBe('IDR 20.71 T');
  });

  it('keeps its sign and splits at the decimal separator, wherever the locale puts the currency', () => {
    expect(euros.splitPrice('61837.64', 2)).toEqual({ whole: '€53,196', fraction: '.76' });
    const german = inCurrency('de-DE', 'EUR', '0.860265005174');
    const { whole, fraction } = german.splitPrice('61837.64', 2);
    expect([whole, plain(fraction)]).toEqual(['53.196', ',76 €']);
    const yen = inCurrency('en-US', 'JPY', '155.94573012');
    expect(yen.splitPrice('61837.64')).toEqual({ whole: '¥9,643,316', fraction: '' });
  });

  it('is told from other currencies of the same sign', () => {
    expect(inCurrency('en-US', 'CAD', '1.5').price('10', 2)).toBe('CA$15.00');
    expect(inCurrency('en-CA', 'USD', '1').price('10', 2)).toBe('US$10.00');
  });

  it('is abbreviated with its sign', () => {
    // ± 1066728606.41576
    expect(plain(euros.amount('1240000000'))).toBe('€1.07 B');
    expect(plain(euros.amount('-1240000000'))).toBe('-€1.07 B');
    expect(plain(inCurrency('de-DE', 'EUR', '0.860265005174').amount('1240000000'))).toBe(
      '1,07 Mrd. €',
    );
    expect(euros.suffix).toBe('');
  });

  it('is calculated with every digit: a double would have lost the last', () => {
    const many = inCurrency('en-US', 'JPY', '100000');
    // 2^53 + 1
    expect(many.price('90071992547.40993')).toBe('¥9,007,199,254,740,993');
  });

  it('that is unknown or no number at all shows a dash', () => {
    for (const text of [null, 'abc', '1e5', '']) {
      expect(euros.price(text)).toBe('–');
      expect(euros.amount(text)).toBe('–');
      expect(euros.splitPrice(text)).toEqual({ whole: '–', fraction: '' });
    }
  });
});

describe('an amount of dollars as it is', () => {
  const formats = createFormats('en-US', 'UTC');
  const dollars = inDollars(formats);

  it('is a plain number, with the name of its currency where that is wanted', () => {
    expect(dollars.price('61837.64', 2)).toBe('61,837.64');
    expect(dollars.splitPrice('61837.64', 2)).toEqual(formats.splitPrice('61837.64', 2));
    expect(plain(`${dollars.amount('1240000000')}${dollars.suffix}`)).toBe('1.24 B USD');
  });
});
