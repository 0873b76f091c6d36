import { directionOf } from './direction';
import { UNKNOWN } from './format';
import { useFormats } from './useFormats';
import { useMoney } from './useMoney';

/** Decimals of dollars. */
const CENTS = 2;

/** A smaller change, in percent, is written as none. */
const LEAST_CHANGE = 0.005;

/** A change in percent with sign and colour. */
export function Change({ value }: { value: number | null }) {
  const formats = useFormats();
  const direction = Math.abs(value ?? 0) < LEAST_CHANGE ? 'flat' : directionOf(value);
  return <span className={`number ${direction}`}>{formats.change(value)}</span>;
}

/** A big amount of units, abbreviated, with every digit on hover. */
export function Amount({ text, unit = '' }: { text: string | null; unit?: string }) {
  const formats = useFormats();
  if (text === null) return <span className="number quiet">{UNKNOWN}</span>;
  return (
    <span className="number" title={`${formats.exact(text)} ${unit}`}>
      {formats.amount(text)}
    </span>
  );
}

/** An amount of US dollars in the person's currency, to the cent, with the dollars beside it. */
export function ExactWorth({ dollars }: { dollars: string }) {
  const money = useMoney();
  const formats = useFormats();
  const inDollars = `${formats.price(dollars, CENTS)} USD`;
  return (
    <>
      <span className="number">
        {money.price(dollars, CENTS)}
        {money.suffix}
      </span>
      {money.currency !== 'USD' && <span className="number quiet"> ({inDollars})</span>}
    </>
  );
}

/**
 * A big amount of US dollars in the person's currency, abbreviated, with every digit of the dollars on hover.
 * `named` where nothing around it tells the currency.
 */
export function Worth({ dollars, named = false }: { dollars: string | null; named?: boolean }) {
  const formats = useFormats();
  const money = useMoney();
  if (dollars === null) return <span className="number quiet">{UNKNOWN}</span>;
  return (
    <>
      <span className="number" title={`${formats.exact(dollars)} USD`}>
        {money.amount(dollars)}
      </span>
      {named && <span className="quiet">{money.suffix}</span>}
    </>
  );
}
