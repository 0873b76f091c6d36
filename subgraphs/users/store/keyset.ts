import type { Place } from '../rules/page';

/** What comes behind a place in a list with the newest first; of what came at once, larger ids (`gt`) or smaller ones. */
export const behind = ({ at, id }: Place, order: 'gt' | 'lt') => [
  { createdAt: { lt: new Date(at) } },
  { createdAt: new Date(at), id: { [order]: id } },
];
