import { openLocalStore } from '../../../ui/local-store';

/**
 * Whether somebody was signed in here on the last visit. No script can see the cookie itself, and without this
 * every visitor would ask the server for a session.
 */
export const remembered = openLocalStore('spyhop.signed-in', (found) => found === true);
