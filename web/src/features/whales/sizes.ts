/** What is offered as the least worth of a whale, in whole USD. */
export const SIZES: readonly { value: string; label: string }[] = [
  { value: '1000000', label: '≥ 1 M USD' },
  { value: '5000000', label: '≥ 5 M USD' },
  { value: '10000000', label: '≥ 10 M USD' },
  { value: '50000000', label: '≥ 50 M USD' },
  { value: '100000000', label: '≥ 100 M USD' },
];

export const ANY_SIZE = { value: '', label: 'Any size' };
