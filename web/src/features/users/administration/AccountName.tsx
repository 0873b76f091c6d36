import { useQuery } from '@apollo/client/react';
import { useSessionState } from '../session/session-context';
import { ACCOUNT } from './documents';

/** Enough of an id to tell accounts apart at a glance. */
const SHORT = 8;

/** What to call an account of which only the id is known: by its name, or the id where it is gone. */
export function AccountName({ id }: { id: string }) {
  const state = useSessionState();
  const isMe = state.status === 'signed-in' && state.userId === id;
  const { data } = useQuery(ACCOUNT, { variables: { id }, skip: isMe });
  if (isMe) return 'you';
  return data?.user?.displayName ?? id.slice(0, SHORT);
}
