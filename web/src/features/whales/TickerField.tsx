import { Choice } from '../../ui/controls';
import { TICKERS } from './tickers';

interface TickerFieldProps {
  value: string;
  onChange: (ticker: string) => void;
}

/** The choice of one asset. */
export function TickerField({ value, onChange }: TickerFieldProps) {
  const tickers = TICKERS.includes(value) ? TICKERS : [...TICKERS, value];
  return (
    <Choice
      label="Asset"
      value={value}
      choices={tickers.map((ticker) => ({ value: ticker, label: ticker }))}
      onChange={onChange}
    />
  );
}
