import { useFeedHealth } from '../../features/market/feed/feed-health';

/** Tells people who listen when the source or the connection changes; silent about prices. */
export function ConnectionAnnouncer() {
  const { label } = useFeedHealth();
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {`Price feed: ${label}`}
    </div>
  );
}
