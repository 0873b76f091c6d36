import type { Change } from './change';
import type { Member } from './member';

/** Members that asked for the same elements: what is sent to one is sent to all of them. */
export interface Cohort {
  readonly elements: readonly string[];
  /** How many of them may still send something. */
  open: number;
  readonly members: Set<Member>;
  /** What is about to be sent to them. */
  changes: Change[];
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

  /** Leaves with every cohort that is concerned what it gets of the changes, and returns those. */
  distribute(changes: readonly Change[]): readonly Cohort[] {
    const concerned: Cohort[] = [];
    for (const change of changes) {
      for (const cohort of this.byElement.get(change.element) ?? []) {
        if (cohort.changes.length === 0) concerned.push(cohort);
        cohort.changes.push(change);
      }
    }
    return concerned;
  }

  private gather(key: string, elements: readonly string[]): Cohort {
    const open = elements.length;
    const cohort: Cohort = { elements, open, members: new Set(), changes: [] };
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
