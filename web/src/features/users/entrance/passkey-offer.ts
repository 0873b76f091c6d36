/** The server's challenge is good for five minutes; so long before its end, in ms, none is asked with any more. */
const CHALLENGE_MS = 5 * 60_000;
const EARLY_MS = 30_000;

/** The first of these shows that there is somebody: a page that is only open asks the server for nothing. */
const SIGNS = ['pointermove', 'pointerdown', 'keydown'] as const;

interface PasskeyOffer {
  /** Asks the server for what the browser asks with. */
  start: () => Promise<unknown>;
  /** Resolves to the passkey that somebody picks; rejects when it is called off. */
  pick: (options: unknown) => Promise<unknown>;
  callOff: () => void;
  onPicked: (passkey: unknown) => void;
}

/**
 * Offers passkeys where the browser fills in fields. The server is asked once somebody is there, and again only
 * when its challenge has ended and somebody is there still. Faults before a passkey is picked are nobody's
 * business: there is a button that tells them. Returns how to stop.
 */
export function offerPasskeys({ start, pick, callOff, onPicked }: PasskeyOffer): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const offer = async () => {
    ignore();
    try {
      const options = await start();
      if (stopped) return;
      timer = setTimeout(callOff, CHALLENGE_MS - EARLY_MS);
      const passkey = await pick(options);
      if (!stopped) onPicked(passkey);
    } catch {
      // It has ended, or the server is out of reach: the next sign of somebody begins anew, after a while.
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(listen, EARLY_MS);
    }
  };
  const begin = () => void offer();
  const listen = () => SIGNS.forEach((sign) => window.addEventListener(sign, begin));
  const ignore = () => SIGNS.forEach((sign) => window.removeEventListener(sign, begin));
  listen();
  return () => {
    stopped = true;
    clearTimeout(timer);
    ignore();
    callOff();
  };
}
