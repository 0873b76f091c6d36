import { useState } from 'react';
import { explain } from '../../ui/error-code';
import { changePreferences, type PersonalPreferences } from '../../ui/preferences';

/** How the last change stands. */
export interface Kept {
  of: keyof PersonalPreferences;
  /** What went wrong, as a sentence; undefined once it is kept, or while that is under way. */
  fault?: string;
  isDone: boolean;
}

/** Changes preferences one by one, and tells of the last one how that went. */
export function useKeeping() {
  const [kept, setKept] = useState<Kept | null>(null);
  const change = <K extends keyof PersonalPreferences>(of: K, value: PersonalPreferences[K]) => {
    setKept({ of, isDone: false });
    const settle = (outcome: Omit<Kept, 'of'>) =>
      setKept((last) => (last?.of === of ? { of, ...outcome } : last));
    changePreferences({ [of]: value }).then(
      () => settle({ isDone: true }),
      (error: unknown) => settle({ isDone: false, fault: explain(error) }),
    );
  };
  return { kept, change };
}
