import { directionOf } from './direction';
import { UNKNOWN } from './format';
import { useFormats } from './useFormats';

/** A change in percent with sign and colour. */
export function Change({ value }: { value: number | null }) {
  const formats = useFormats();
  return <span className={`number ${directionOf(value)}`}>{formats.change(value)}</span>;
}

/** A big amount of USD or units, abbreviated, with every digit on hover. */
export function Amount({ text, unit = '' }: { text: string | null; unit?: string }) {
  const formats = useFormats();
  if (text === null) return <span className="number quiet">{UNKNOWN}</span>;
  return (
    <span className="number" title={`${formats.exact(text)} ${unit}`}>
      {formats.amount(text)}
    </span>
  );
}
