import { styled } from '@mui/material/styles';
import type { ChartCandle } from '../../../charts/candle';
import { directionBetween } from '../../../ui/direction';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';

const Frame = styled('div')(({ theme }) => ({
  position: 'absolute',
  top: 4,
  left: 16,
  right: 88,
  zIndex: 3,
  display: 'flex',
  flexWrap: 'wrap',
  columnGap: 10,
  fontSize: TEXT.small,
  lineHeight: '20px',
  pointerEvents: 'none',
  '& b': { fontWeight: 400, color: theme.vars.palette.text.secondary, marginInlineEnd: 3 },
}));

interface CandleLegendProps {
  symbol: string;
  interval: string;
  candle: ChartCandle;
  /** Whether this is the candle under the crosshair, not simply the newest. */
  hovered: boolean;
  priceDecimals: number;
}

/** The figures of the candle under the crosshair, or of the newest. */
export function CandleLegend(props: CandleLegendProps) {
  const { symbol, interval, candle, hovered, priceDecimals } = props;
  const formats = useFormats();
  const direction = directionBetween(candle.open, candle.close);
  const change = (Number(candle.close) / Number(candle.open) - 1) * 100;
  const price = (name: string, figure: string, text: string) => (
    <span className="number" data-figure={figure}>
      <b>{name}</b>
      <span className={direction}>{formats.price(text, priceDecimals)}</span>
    </span>
  );
  return (
    <Frame>
      <span>
        {symbol} · {interval}
        {hovered && <span className="quiet number"> · {formats.dateTime(candle.openTime)}</span>}
      </span>
      {price('O', 'open', candle.open)}
      {price('H', 'high', candle.high)}
      {price('L', 'low', candle.low)}
      {price('C', 'close', candle.close)}
      <span className={`number ${direction}`}>{formats.change(change)}</span>
      <span className="number">
        <b>Vol</b>
        {formats.amount(candle.volume)}
      </span>
    </Frame>
  );
}
