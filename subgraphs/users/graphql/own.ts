import { notFound } from '@spyhop/platform/errors';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id as the database takes it. Throws NOT_FOUND for what can be none. */
export function readId(what: string, id: string): string {
  if (UUID.test(id)) return id.toLowerCase();
  throw notFound(what, id.slice(0, 64));
}
