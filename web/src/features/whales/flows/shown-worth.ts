/** What was worth how much is told of the time when it moved; in what, is converted as of today. */
export const shownWorth = (currency: string): string =>
  currency === 'USD'
    ? 'USD when it moved'
    : `${currency} at today’s rate, worth what it was in USD when it moved`;
