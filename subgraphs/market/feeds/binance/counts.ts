/** What happened, for the metrics. */
export type FeedCount =
  | 'malformed frame'
  | 'duplicate'
  | 'trade gap filled'
  | 'trade gap left'
  | 'minute gap'
  | 'connection failed'
  | 'connection rotated'
  | 'request failed'
  | 'request limited';
