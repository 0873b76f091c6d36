import type { WhaleStatus } from '../../../generated/graphql';

/** A state that a transaction can be in, and whether it has been, is, or may yet be in it. */
export interface LifeStep {
  status: WhaleStatus;
  when: 'past' | 'now' | 'ahead';
}

const step = (status: WhaleStatus, when: LifeStep['when']): LifeStep => ({ status, when });

/** Through which states a transaction goes that has come to `status`. */
export function lifeOf(status: WhaleStatus): readonly LifeStep[] {
  switch (status) {
    case 'UNCONFIRMED':
      return [step('UNCONFIRMED', 'now'), step('CONFIRMED', 'ahead')];
    case 'RETRACTED':
      return [step('CONFIRMED', 'past'), step('RETRACTED', 'now')];
    default:
      return [step('UNCONFIRMED', 'past'), step(status, 'now')];
  }
}
