import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { changePreferences } from '../src/ui/preferences';
import { createSignedIn, NOON, openApp, publish, rowOf } from './harness.tsx';
import { createMockAccount } from './mock-account.ts';
import { createMockBackend, type MockBackend } from './mock-schema.ts';
import { mockWhale } from './mock-whales.ts';

// jsdom has no canvas.
vi.mock('../src/charts/candle-chart-handle', () => ({
  createCandleChart: () => new Proxy({}, { get: () => () => undefined }),
}));

const RATES = {
  base: 'USD',
  at: '2025-11-21T12:00:00.000Z',
  source: 'SIMULATED',
  rates: [
    { currency: 'EUR', perDollar: '0.869' },
    { currency: 'JPY', perDollar: '156' },
    { currency: 'USD', perDollar: '1' },
  ],
};

let asked = 0;
let rates = RATES;
const withRates = (backend: MockBackend): MockBackend => {
  const btc = backend.market.asset('BTC');
  if (!btc) throw new Error('BTC is not listed');
  Object.assign(btc, { price: '61837.64', marketCap: '1240000000000', volume24h: '30000000000' });
  backend.others.asked.exchangeRates = () => {
    asked += 1;
    return rates;
  };
  return backend;
};
const open = (path = '/') => openApp(path, withRates(createMockBackend(() => NOON, 12)));
const signedInWith = (currency: string): MockBackend => {
  const preferences = { ...createMockAccount().preferences, locale: 'en-US', currency };
  return withRates(createSignedIn({ preferences }).backend);
};
const openIn = (currency: string, path = '/') => openApp(path, signedInWith(currency));
const cell = async (symbol: string, column: number): Promise<HTMLElement> => {
  const found = (await rowOf(symbol)).querySelector<HTMLElement>(`[aria-colindex="${column}"]`);
  if (!found) throw new Error(`${symbol} has no column ${column}`);
  return found;
};
const PRICE = 4;
const VOLUME = 8;
const MARKET_CAP = 9;

beforeEach(() => {
  asked = 0;
  rates = RATES;
});

describe('amounts in the currency of a person', () => {
  it('are dollars where nobody chose otherwise, for which nothing is asked', async () => {
    await changePreferences({ numberLocale: 'en-US' });
    open();
    expect((await cell('BTC', PRICE)).textContent).toBe('61,837.64');
    expect(screen.queryByRole('button', { name: /^Amounts in/ })).toBeNull();
    expect(asked).toBe(0);
  });

  it('are converted in the table and above it, with the sign', async () => {
    openIn('EUR');
    const price = await cell('BTC', PRICE);
    // 61837.64 × 0.869 = 53736.90916; 30 B and 1.24 T likewise.
    await waitFor(() => expect(price.textContent).toBe('€53,736.91'));
    expect((await cell('BTC', VOLUME)).textContent).toMatch(/^€26\.07\s?B$/);
    const cap = await cell('BTC', MARKET_CAP);
    expect(cap.textContent).toMatch(/^€1\.08\s?T$/);
    expect(within(cap).getByTitle('1,240,000,000,000 USD')).toBeTruthy();
    const strip = screen.getByRole('region', { name: 'The whole market' });
    expect(within(strip).getAllByText(/^€[\d.]+\s?[BT]$/)).toHaveLength(2);
    const head = screen.getByRole('columnheader', { name: /Market cap/ });
    expect(head.title).toBe('Price times circulating supply in EUR');
    expect(asked).toBe(1);
  });

  it('follow live prices', async () => {
    const { backend } = openIn('EUR');
    const price = await cell('BTC', PRICE);
    await waitFor(() => expect(price.textContent).toBe('€53,736.91'));
    Object.assign(backend.market.asset('BTC') ?? {}, { price: '100000.00' });
    await publish(backend, 'prices', ['BTC']);
    await waitFor(() => expect(price.textContent).toBe('€86,900.00'));
    expect(asked).toBe(1);
  });

  it('come with their rate, its time and whether it is made up', async () => {
    openIn('EUR');
    const chip = await screen.findByRole('button', {
      name: /^Amounts in ≈ EUR simulated rate/,
    });
    expect(chip.title).toBe('1 USD is about 0.8690 EUR: a simulated rate, fixed on Nov 21, 2025.');
    fireEvent.click(chip);
    const settings = await screen.findByRole('dialog', { name: 'Settings' });
    await within(settings).findByText(/a simulated rate, fixed on Nov 21, 2025/);
  });

  it('say so where the rate is a live one', async () => {
    rates = { ...RATES, source: 'LIVE', at: '2024-08-09T11:59:00.000Z' };
    openIn('EUR');
    const chip = await screen.findByRole('button', { name: /^Amounts in EUR/ });
    expect(chip.title).toMatch(/^1 USD is 0\.8690 EUR, by CoinGecko at Aug 9, 2024, /);
  });

  it('are dollars with a note where there is no rate', async () => {
    openIn('XAF');
    await screen.findByRole('button', { name: /^Amounts in USD.*No rate of XAF is known/ });
    expect((await cell('BTC', PRICE)).textContent).toBe('$61,837.64');
  });

  it('are dollars, too, while the rates cannot be had', async () => {
    const backend = signedInWith('EUR');
    backend.failing.add('exchangeRates');
    openApp('/', backend);
    await screen.findByRole('button', { name: /No rate of EUR is known/ });
    expect((await cell('BTC', PRICE)).textContent).toBe('$61,837.64');
  });

  it('are converted on the page of an asset, whose chart and trades say what they are in', async () => {
    openIn('EUR', '/asset/BTC');
    await waitFor(() => expect(document.querySelector('.price')?.textContent).toBe('€53,736.91'));
    expect(document.title).toContain('€53,736.91');
    const figures = screen.getByRole('complementary', { name: 'Figures' });
    expect(within(figures).getByText(/^€1\.08\s?T$/)).toBeTruthy();
    expect(within(figures).getByText('Price, USDT')).toBeTruthy();
    const chart = screen.getByRole('region', { name: 'Chart' });
    expect(await within(chart).findByText('USDT')).toBeTruthy();
    expect(chart.textContent).not.toContain('€');
  });

  it('are converted in the feed of whales, whose filter stays in dollars and says so', async () => {
    const backend = signedInWith('EUR');
    backend.whales.push(mockWhale(1, { usd: '2520000' }));
    openApp('/whales', backend);
    // 2520000 × 0.869 = 2189880
    await screen.findByText(/^€2\.19\s?M$/);
    expect(screen.getByRole('combobox', { name: 'Least worth in USD' })).toBeTruthy();
  });
});

describe('patterns of whales', () => {
  const withPattern = (backend: MockBackend): MockBackend => {
    const node = {
      ...{ id: 'EXCHANGE_INFLOW_SPIKE:BTC', rule: 'EXCHANGE_INFLOW_SPIKE', symbol: 'BTC' },
      ...{ time: '2024-08-09T11:00:00.000Z', score: 4.2, transactions: [] },
      explanation: '2,520,000 USD of BTC went into exchanges in the hour.',
      figures: [
        { name: 'hourUsd', value: '2520000' },
        { name: 'usd', value: '1000000' },
        { name: 'sentAmount', value: '1234567' },
        { name: 'earlierHours', value: '31' },
      ],
    };
    const pageInfo = { hasNextPage: false, endCursor: null };
    backend.others.asked.whalePatterns = { edges: [{ node }], pageInfo };
    return backend;
  };
  const figures = async () => {
    const title = await screen.findByText(/^Hour, /, { selector: 'dt' });
    const all = title.closest('dl')?.children ?? [];
    return [...all].map(({ textContent }) => textContent?.replace(/\s/g, ' '));
  };

  it('have their figures of dollars converted, and their sentences as they were written', async () => {
    openApp('/whales/patterns', withPattern(signedInWith('EUR')));
    // 2520000 × 0.869 = 2189880
    await waitFor(async () =>
      expect(await figures()).toEqual([
        ...['Hour, EUR€2.19 M', 'Worth, EUR€869.00 K'],
        ...['Sent amount1.23 M', 'Earlier, hours31'],
      ]),
    );
    expect(screen.getByTitle('2,520,000 USD').textContent).toMatch(/^€2\.19\sM$/);
    expect(screen.getByText('2,520,000 USD of BTC went into exchanges in the hour.')).toBeTruthy();
  });

  it('stay in dollars for who has chosen no other currency', async () => {
    openApp('/whales/patterns', withPattern(signedInWith('USD')));
    expect((await figures())[0]).toBe('Hour, USD2.52 M');
  });
});

describe('the choice of a currency', () => {
  const offered = async (choices: string[]) => {
    const choice = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Currency' });
    await waitFor(() => expect([...choice.options].map(({ text }) => text)).toEqual(choices));
    return choice;
  };
  const RATED = ['EUR · Euro', 'JPY · Japanese Yen', 'USD · US Dollar'];

  it('offers those that have a rate', async () => {
    openIn('USD', '/account');
    expect((await offered(RATED)).value).toBe('USD');
  });

  it('shows one that has gone, for which there are dollars, until another one is chosen', async () => {
    openIn('VEF', '/account');
    const gone = 'VEF · Venezuelan Bolívar (2008–2018) (no rate)';
    const choice = await offered([gone, ...RATED]);
    expect(choice.value).toBe('VEF');
    await screen.findByText(/^No rate of VEF is known: amounts are in US dollars\./);
    fireEvent.change(choice, { target: { value: 'EUR' } });
    await offered(RATED);
  });

  it('holds at once, also for those who are not signed in', async () => {
    await changePreferences({ numberLocale: 'en-US' });
    open();
    const price = await cell('BTC', PRICE);
    fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
    fireEvent.change(await screen.findByRole('combobox', { name: 'Currency' }), {
      target: { value: 'EUR' },
    });
    await waitFor(() => expect(price.textContent).toBe('€53,736.91'));
    await act(() => changePreferences({ currency: 'USD' }));
    await waitFor(() => expect(price.textContent).toBe('61,837.64'));
  });
});
