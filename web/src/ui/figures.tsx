import { directionOf } from './direction';
import { useFormats } from './useFormats';

/** A change in percent with sign and colour. */
export function Change({ value }: { value: number | null }) {
  const formats = useFormats();
  return <span className={`number ${directionOf(value)}`}>{formats.change(value)}</span>;
}

/** A big amount of USD or units, abbreviated, with every digit on hover. */
export function Amount({ text, unit = '' }: { text: string | null; unit?: string }) {
  const formats = useFormats();
  return (
    <span className="number" title={text === null ? undefined : `${formats.exact(text)} ${unit}`}>
      {formats.amount(text)}
    </span>
  );
}
