import { useSubscription } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { graphql } from '../../../generated/gql';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import { useOwnLabels } from '../own-labels';
import { playChime } from './chime';
import type { SignalChoice } from './choice';
import { notify } from './notification';
import { isNews, listenToTabs, remember } from './signalled';
import { signalWords } from './signal-words';

graphql(`
  fragment SignalledWhale on WhaleTransaction {
    id
    time
    usd
    direction
    status
    fold {
      ...MovedFold @unmask
    }
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

/** A burst sounds once, in ms. */
const QUIET_MS = 3_000;

/** Sounds and notifies of whales on whatever page is open, as chosen; shows nothing. */
export default function WhaleSignaller({ choice }: { choice: SignalChoice }) {
  const { sound, notification, minUsd } = choice;
  const formats = useFormats();
  const money = useMoney();
  const own = useOwnLabels();
  const soundedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(listenToTabs, []);
  useSubscription(SIGNALLED, {
    variables: { filter: { minUsd } },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      if (!data || !isNews(data.whaleMoved, Date.now()) || !remember(data.whaleMoved)) return;
      const words = signalWords(data.whaleMoved, formats, money, own);
      if (notification && words) notify(words.title, words.body);
      if (!sound || performance.now() - soundedAt.current < QUIET_MS) return;
      soundedAt.current = performance.now();
      playChime();
    },
  });
  return null;
}
