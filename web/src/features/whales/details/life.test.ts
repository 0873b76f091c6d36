import { describe, expect, it } from 'vitest';
import { lifeOf } from './life';

const words = (status: Parameters<typeof lifeOf>[0]) =>
  lifeOf(status).map((step) => `${step.status} ${step.when}`);

describe('the life of a transaction', () => {
  it('leads into a block, which is ahead of what is in none', () => {
    expect(words('UNCONFIRMED')).toEqual(['UNCONFIRMED now', 'CONFIRMED ahead']);
    expect(words('CONFIRMED')).toEqual(['UNCONFIRMED past', 'CONFIRMED now']);
  });

  it('ends before a block for what was replaced or dropped, and behind one for what was retracted', () => {
    expect(words('REPLACED')).toEqual(['UNCONFIRMED past', 'REPLACED now']);
    expect(words('DROPPED')).toEqual(['UNCONFIRMED past', 'DROPPED now']);
    expect(words('RETRACTED')).toEqual(['CONFIRMED past', 'RETRACTED now']);
  });
});
