import { ERROR_CODES } from '@spyhop/platform/errors';
import type { Draft } from '../execute/compile-plan';
import { type PathError, codedError, completionErrors } from '../execute/errors';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import { type Change, wholeResult, withPathBelow } from './change';
import type { EventItem } from './event-items';

/** Events that are joined in one go: their entities share the requests to other subgraphs. */
export class Batch {
  readonly drafts: readonly Draft[];
  private readonly listed: readonly EventItem[];
  private readonly wholes: readonly EventItem[];

  constructor(
    private readonly plan: SubscriptionPlan,
    items: readonly EventItem[],
  ) {
    this.listed = items.filter(({ isItem }) => isItem);
    this.wholes = items.filter(({ isItem }) => !isItem);
    const drafts = this.wholes.map((item) => this.draftOf(item));
    this.drafts = this.listed.length > 0 ? [this.draftOfList(), ...drafts] : drafts;
  }

  /** Something of ours went wrong: every event says so. */
  fail(): void {
    for (const draft of this.drafts) {
      draft.errors.push(codedError('INTERNAL', ERROR_CODES.INTERNAL, [this.plan.root.key]));
    }
  }

  /** Serialises what was joined, once for everybody. */
  changes(variables: Readonly<Record<string, unknown>>, requestId: string): Change[] {
    const [list, ...others] = this.drafts;
    const hasList = this.listed.length > 0;
    const drafts = hasList ? others : this.drafts;
    const wholes = this.wholes.map((item, index) => {
      const draft = drafts[index] ?? EMPTY;
      return this.wholeChange(item, draft, variables, requestId);
    });
    return hasList && list ? [...this.listChanges(list, variables, requestId), ...wholes] : wholes;
  }

  private draftOf({ value, errors }: EventItem): Draft {
    const { key } = this.plan.root;
    return {
      data: { [key]: value },
      errors: errors.map((error) => withPathBelow([key], error)),
    };
  }

  private draftOfList(): Draft {
    const { key } = this.plan.root;
    return {
      data: { [key]: this.listed.map(({ value }) => value) },
      errors: this.listed.flatMap(({ errors }, index) =>
        errors.map((error) => withPathBelow([key, index], error)),
      ),
    };
  }

  private wholeChange(
    { element, id, hasKey, cursor, value }: EventItem,
    draft: Draft,
    variables: Readonly<Record<string, unknown>>,
    requestId: string,
  ): Change {
    const { root, projection, keyFields } = this.plan;
    const { json, faults } = projection.writeEvent(draft.data, variables);
    const errors = completionErrors(draft.errors, faults, draft.nulled);
    const isMissing = json === 'null';
    return {
      element,
      id,
      cursor,
      isState: !isMissing && value !== null && (hasKey || keyFields.length === 0),
      bytes: wholeResult(root.key, isMissing && root.required ? null : json, errors, requestId),
      isItem: false,
      errors: [],
      requestId,
    };
  }

  private listChanges(
    draft: Draft,
    variables: Readonly<Record<string, unknown>>,
    requestId: string,
  ): Change[] {
    const { items, faults } = this.plan.projection.writeEvent(draft.data, variables);
    const errorsOf = groupByItem(draft.errors);
    const faultsOf = groupByItem(
      faults.map((path) => codedError('INTERNAL', ERROR_CODES.INTERNAL, path)),
    );
    return this.listed.map((item, index) => {
      const errors = errorsOf.get(index) ?? faultsOf.get(index) ?? [];
      return this.itemChange(item, items?.[index] ?? 'null', errors, requestId);
    });
  }

  private itemChange(
    { element, id, hasKey, cursor }: EventItem,
    json: string,
    errors: readonly PathError[],
    requestId: string,
  ): Change {
    const { root } = this.plan;
    if (json !== 'null' || !root.itemRequired) {
      const isState = json !== 'null' && hasKey;
      const bytes = Buffer.from(json);
      return { element, id, cursor, isState, bytes, isItem: true, errors, requestId };
    }
    // Without an item that must be there, there is no list.
    const shown = errors.map((error) => withPathBelow([root.key, 0], error));
    const bytes = wholeResult(root.key, root.required ? null : 'null', shown, requestId);
    return { element, id, cursor, isState: false, bytes, isItem: false, errors: [], requestId };
  }
}

const EMPTY: Draft = { data: {}, errors: [] };

/** Errors by the index of their item, their paths as from there. */
function groupByItem(errors: readonly PathError[]): ReadonlyMap<number, readonly PathError[]> {
  const groups = new Map<number, PathError[]>();
  for (const error of errors) {
    const index = Number(error.path?.[1] ?? 0);
    const own = error.path ? { ...error, path: error.path.slice(2) } : error;
    const known = groups.get(index);
    if (known) known.push(own);
    else groups.set(index, [own]);
  }
  return groups;
}
