import { describe, expect, it } from 'vitest';
import { createFormats, shortAge } from './format';

const english = createFormats('en-US', 'UTC');
const german = createFormats('de-DE', 'UTC');

describe('a price', () => {
  it.each([
    ['61837.64', '61,837.64'],
    ['61837.6', '61,837.60'],
    ['1.0345', '1.0345'],
    ['131.24', '131.2400'],
    ['0.00001234', '0.00001234'],
    ['0.5', '0.5000'],
    ['0', '0.00'],
  ])('%s shows as many decimals as its magnitude needs: %s', (text, shown) => {
    expect(english.price(text)).toBe(shown);
  });

  it.each([
    ['131.24', 2, '131.24'],
    ['2.0312', 4, '2.0312'],
    ['0.14322', 5, '0.14322'],
    ['0.00001234', 8, '0.00001234'],
    ['61837.6412', 4, '61,837.64'],
  ])('%s never shows more than the %i decimals that are quoted', (text, quoted, shown) => {
    expect(english.price(text, quoted)).toBe(shown);
  });

  it('is written as the locale writes numbers', () => {
    expect(german.price('61837.64')).toBe('61.837,64');
  });

  it('splits at its decimal separator so that columns align', () => {
    expect(english.splitPrice('61837.64')).toEqual({ whole: '61,837', fraction: '.64' });
    expect(german.splitPrice('1.0345')).toEqual({ whole: '1', fraction: ',0345' });
  });

  it('that is unknown or no number at all shows a dash', () => {
    expect(english.price(null)).toBe('–');
    expect(english.price('abc')).toBe('–');
    expect(english.splitPrice(null)).toEqual({ whole: '–', fraction: '' });
  });
});

describe('an amount', () => {
  it('is abbreviated, with a narrow space before its unit', () => {
    expect(english.amount('1240000000')).toBe('1.24\u202fB');
    expect(english.amount('987')).toBe('987.00');
  });

  it('keeps every digit where the exact value is asked for', () => {
    expect(english.exact('123456789012345678.123456789')).toBe('123,456,789,012,345,678.123456789');
    expect(english.exact('0.000000000000000001')).toBe('0.000000000000000001');
  });

  it('has as many digits behind its point as the others of a column', () => {
    expect(['1200', '0.0071'].map((text) => english.exact(text, 5))).toEqual([
      ...['1,200.00000', '0.00710'],
    ]);
  });
});

describe('a change', () => {
  it('always carries its sign, except at zero', () => {
    expect(english.change(1.5)).toBe('+1.50%');
    expect(english.change(-0.049)).toBe('-0.05%');
    expect(english.change(0)).toBe('0.00%');
    expect(english.change(null)).toBe('–');
  });
});

describe('a time', () => {
  it('is told in the time zone of the person', () => {
    const noon = Date.UTC(2024, 7, 9, 12, 0, 5);
    expect(english.time(noon)).toBe('12:00:05');
    expect(createFormats('en-US', 'Asia/Tokyo').time(noon)).toBe('21:00:05');
  });

  it('that has passed is told in the language of the person', () => {
    const german = createFormats('de-DE', 'UTC');
    expect([5_000, 300_000, 7_200_000].map(english.ago)).toEqual([
      '5 seconds ago',
      '5 minutes ago',
      '2 hours ago',
    ]);
    expect([5_000, 300_000, 172_800_000].map(german.ago)).toEqual([
      'vor 5 Sekunden',
      'vor 5 Minuten',
      'vor 2 Tagen',
    ]);
  });

  it('that has passed is told in the largest whole unit', () => {
    expect([0, 59_999, 60_000, 3_600_000, 172_800_000].map(shortAge)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '1 h',
      '2 d',
    ]);
  });
});
