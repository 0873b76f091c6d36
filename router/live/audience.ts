import type { Change } from './change';
import type { Member } from './member';

/** Room for marks that a cohort keeps from one time to the next. */
const KEPT_MARKS = 64;

/** Members that asked for the same elements: what is sent to one is sent to all of them. */
export class Cohort {
  readonly members = new Set<Member>();
  /** How many of the elements may still send something. */
  open: number;
  /** Indices of changes that are about to be sent; numbers in an array that stays cost the collector nothing. */
  private marks: number[] = [];
  private marked = 0;

  constructor(readonly elements: readonly string[]) {
    this.open = elements.length;
  }

  /** Returns whether it is the first one. */
  mark(index: number): boolean {
    this.marks[this.marked] = index;
    this.marked += 1;
    return this.marked === 1;
  }

  /** Those of the changes that were marked; none is from here on. */
  take(changes: readonly Change[]): Change[] {
    const taken: Change[] = [];
    for (let n = 0; n < this.marked; n += 1) {
      const change = changes[this.marks[n] ?? NaN];
      if (change) taken.push(change);
    }
    this.marked = 0;
    if (this.marks.length > KEPT_MARKS) this.marks = [];
    return taken;
  }
}

/** Who gets what of a stream: members by the elements that they asked for. */
export class Audience {
  private readonly byElement = new Map<string, Set<Cohort>>();
  private readonly cohorts = new Map<string, Cohort>();

  join(elements: readonly string[], member: Member): Cohort {
    const key = keyOf(elements);
    const cohort = this.cohorts.get(key) ?? this.gather(key, elements);
    cohort.members.add(member);
    return cohort;
  }

  /** Returns the elements that nobody wants any more. */
  leave(cohort: Cohort, member: Member): readonly string[] {
    if (!cohort.members.delete(member) || cohort.members.size > 0) return [];
    this.retire(cohort);
    return cohort.elements.filter((element) => {
      const others = this.byElement.get(element);
      others?.delete(cohort);
      if (others?.size !== 0) return false;
      this.byElement.delete(element);
      return true;
    });
  }

  isWanted(element: string): boolean {
    return this.byElement.has(element);
  }

  /** Those whose members asked for it among others. */
  cohortsOf(element: string): readonly Cohort[] {
    return [...(this.byElement.get(element) ?? [])];
  }

  /** The element sends no more to those who have it now; who asks for it from here on begins anew. */
  endElement(element: string): readonly Cohort[] {
    const cohorts = this.cohortsOf(element);
    for (const cohort of cohorts) {
      cohort.open -= 1;
      this.retire(cohort);
    }
    this.byElement.delete(element);
    return cohorts;
  }

  /** Marks with every cohort that is concerned what it gets of the changes, and returns those. */
  distribute(changes: readonly Change[]): readonly Cohort[] {
    const concerned: Cohort[] = [];
    for (const [index, { element }] of changes.entries()) {
      for (const cohort of this.byElement.get(element) ?? []) {
        if (cohort.mark(index)) concerned.push(cohort);
      }
    }
    return concerned;
  }

  private gather(key: string, elements: readonly string[]): Cohort {
    const cohort = new Cohort(elements);
    this.cohorts.set(key, cohort);
    for (const element of elements) {
      const known = this.byElement.get(element);
      if (known) known.add(cohort);
      else this.byElement.set(element, new Set([cohort]));
    }
    return cohort;
  }

  private retire(cohort: Cohort): void {
    const key = keyOf(cohort.elements);
    if (this.cohorts.get(key) === cohort) this.cohorts.delete(key);
  }
}

/** The order in which a client lists them makes no difference. */
const keyOf = (elements: readonly string[]): string => [...elements].sort().join('\n');
