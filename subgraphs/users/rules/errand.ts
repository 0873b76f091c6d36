/**
 * Does something after the request was answered, so that its time tells nothing; again where it fails.
 * Where too much waits, it is refused: an error is logged.
 */
export type Later = (name: string, work: () => Promise<void>) => void;
