import { useCallback, useState, type MouseEvent, type ReactNode } from 'react';
import type { ChosenMarkers } from '../../../charts/overlay';
import type { MarkedWhaleFragment } from '../../../generated/graphql';
import { IconAction } from '../../../ui/controls';
import { WhaleIcon } from '../../../ui/icons';
import { useFormats } from '../../../ui/useFormats';
import { useOpen } from '../opened';
import { type ListedWhales, MarkedList } from './MarkedList';
import { countOf, type MarkedGroup } from './markers';

type Group = MarkedGroup<MarkedWhaleFragment>;

interface MarkedListHandle {
  /** To be told which markers somebody has chosen. */
  onChoose: (chosen: ChosenMarkers) => void;
  /** Lists all that is marked, also for who cannot point at the chart. */
  button: ReactNode;
}

/** Leads from markers on the chart to what they stand for: to one at once, to several by a list. */
export function useMarkedList(symbol: string, groups: readonly Group[]): MarkedListHandle {
  const formats = useFormats();
  const open = useOpen();
  const [listed, setListed] = useState<ListedWhales | null>(null);
  const onChoose = useCallback(
    ({ ids, left, top }: ChosenMarkers) => {
      const chosen = groups.filter(({ id }) => ids.includes(id));
      const whales = chosen.flatMap((group) => group.whales);
      const [first] = whales;
      if (!first || !chosen[0]) return;
      if (whales.length === 1) return open(first.id);
      const title = `${countOf(whales)} · ${formats.dateTime(chosen[0].time)}`;
      setListed({ title, whales, left, top });
    },
    [groups, open, formats],
  );
  const listAll = ({ currentTarget }: MouseEvent<HTMLElement>) => {
    const whales = groups
      .flatMap((group) => group.whales)
      .sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
    const { left, bottom: top } = currentTarget.getBoundingClientRect();
    setListed({ title: `${countOf(whales)} on the chart`, whales, left, top });
  };
  const button = (
    <>
      <IconAction
        label="List the whales on the chart"
        aria-haspopup="dialog"
        aria-expanded={listed !== null}
        onClick={listAll}
      >
        <WhaleIcon />
      </IconAction>
      <MarkedList {...{ symbol, listed }} onClose={() => setListed(null)} />
    </>
  );
  return { onChoose, button };
}
