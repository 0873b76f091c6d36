import { useFormats } from '../../ui/useFormats';
import type { Label } from './parties';

/** An address that somebody may be led to: of the web, and of nothing that runs. */
function webAddress(text: string | null): string | null {
  return text !== null && /^https?:\/\//.test(text) ? text : null;
}

/** On whose word a label stands: source, date and confidence. */
export function LabelSource({ label }: { label: Label }) {
  const formats = useFormats();
  const url = webAddress(label.sourceUrl);
  if (label.isOwn) return <p className="quiet">Your own label; only you see it.</p>;
  const date = label.date === null ? 'of no date' : formats.date(Date.parse(label.date));
  return (
    <p className="quiet">
      “{label.name}” in{' '}
      {url === null ? (
        label.source
      ) : (
        <a href={url} target="_blank" rel="noreferrer">
          {label.source}
        </a>
      )}
      , {date}, confidence {formats.share(label.confidence * 100)}.
    </p>
  );
}
