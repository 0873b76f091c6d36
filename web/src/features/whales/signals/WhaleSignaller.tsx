import { useSubscription } from '@apollo/client/react';
import { useRef } from 'react';
import { graphql } from '../../../generated/gql';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import { useOwnLabels } from '../own-labels';
import { playChime } from './chime';
import type { SignalChoice } from './choice';
import { notify } from './notification';
import { signalWords } from './signal-words';

graphql(`
  fragment SignalledWhale on WhaleTransaction {
    id
    usd
    legs {
      ...MovedLeg @unmask
    }
  }
`);

const SIGNALLED = graphql(`
  subscription WhaleSignalled($filter: WhaleTransactionFilter) {
    whaleMoved(filter: $filter) {
      ...SignalledWhale @unmask
    }
  }
`);

/** Of so many the last ones are remembered: what changes its state afterwards is no new whale. */
const MOST_KNOWN = 500;
/** A burst sounds once, in ms. */
const QUIET_MS = 3_000;

/** Sounds and notifies of whales on whatever page is open, as chosen; shows nothing. */
export default function WhaleSignaller({ choice }: { choice: SignalChoice }) {
  const { sound, notification, minUsd } = choice;
  const formats = useFormats();
  const money = useMoney();
  const own = useOwnLabels();
  const known = useRef(new Set<string>());
  const soundedAt = useRef(Number.NEGATIVE_INFINITY);
  useSubscription(SIGNALLED, {
    variables: { filter: { minUsd } },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      if (!data || known.current.has(data.whaleMoved.id)) return;
      known.current.add(data.whaleMoved.id);
      const [oldest] = known.current;
      if (known.current.size > MOST_KNOWN && oldest !== undefined) known.current.delete(oldest);
      const words = signalWords(data.whaleMoved, formats, money, own);
      if (notification && words) notify(words.title, words.body);
      if (!sound || performance.now() - soundedAt.current < QUIET_MS) return;
      soundedAt.current = performance.now();
      playChime();
    },
  });
  return null;
}
