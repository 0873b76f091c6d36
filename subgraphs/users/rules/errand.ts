/**
 * Does something after the request was answered, so that its time tells nothing; again where it fails.
 * Where too much waits, it is refused: an error is logged.
 */
export type Later = (name: string, work: () => Promise<void>) => void;

/** What an errand throws that is not to be tried again. */
export class FutileErrand extends Error {}
