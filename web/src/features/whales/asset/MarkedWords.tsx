import type { MarkedWhaleFragment } from '../../../generated/graphql';
import { Amount, Worth } from '../../../ui/figures';
import { shortMoment } from '../../../ui/format';
import { useFormats } from '../../../ui/useFormats';
import { useOwnLabels } from '../own-labels';
import { wayOf } from '../parties';
import { figuresOf, partsOf } from '../told';

interface MarkedWordsProps {
  whale: MarkedWhaleFragment;
  symbol: string;
}

/** A whale of the chart in two lines: how much and when, and between whom. */
export function MarkedWords({ whale, symbol }: MarkedWordsProps) {
  const formats = useFormats();
  const own = useOwnLabels();
  const [part] = partsOf(whale, [symbol]);
  if (!part) return null;
  return (
    <>
      <div>
        <Amount text={part.amount} unit={part.symbol} /> {part.symbol} ·{' '}
        <Worth dollars={figuresOf(whale).usd} named />
        <span className="quiet number">
          {' · '}
          {shortMoment(formats, Date.parse(whale.time), Date.now())}
        </span>
      </div>
      <div className="way quiet">{wayOf(part, own)}</div>
    </>
  );
}
