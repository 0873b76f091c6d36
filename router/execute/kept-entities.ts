import type { CacheableFetch } from '../cache/planner';
import type { Data } from './data';
import type { Ask, SubgraphAnswer } from './subgraph-client';

/** What is kept of the entities that one fetch asks for. */
export interface FoundEntities {
  /** In the order asked: the entity, null where there is none of that key, undefined where it must be fetched. */
  entities: readonly (Data | null | undefined)[];
  /** Keeps what was fetched of those that were undefined, in their order, where the answer allows it. */
  keep(answer: SubgraphAnswer): void;
}

/** The entities that everybody may share, as one operation finds and leaves them. */
export interface KeptEntities {
  /** `variables`: those of the operation, coerced. Never throws. */
  find(
    fetch: CacheableFetch,
    variables: Readonly<Record<string, unknown>>,
    representations: readonly string[],
  ): Promise<FoundEntities>;
  /** Whether the subgraph gets nothing of what clients send that could make a difference. */
  isAlike(subgraph: string): boolean;
  /** As nobody: what everybody gets must not depend on who asks. */
  ask: Ask;
}
