import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from '@spyhop/platform/testkit/until';

/** Quoted-printable (RFC 2045, section 6.7). */
const decoded = (text: string): string =>
  text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** The newest mail to an address that has these words; waits for one that is on its way. */
export async function mailed(
  dataDir: string,
  to: string,
  words: string,
  patienceMs = PATIENCE_MS,
): Promise<string> {
  const outbox = join(dataDir, 'outbox');
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const files = await readdir(outbox).catch(() => []);
    for (const file of files.sort().reverse()) {
      const mail = decoded(await readFile(join(outbox, file), 'utf8'));
      if (mail.includes(words) && mail.includes(to)) return mail;
    }
    await sleep(50);
  }
  throw new Error(`no mail to ${to} says ${words}`);
}

/** The link of the newest mail to an address that leads to a page; waits for one that is on its way. */
export async function mailedLink(dataDir: string, to: string, page: string): Promise<string> {
  const mail = await mailed(dataDir, to, `/${page}#`);
  const links = mail.match(/https?:\/\/\S+/g) ?? [];
  return links.find((url) => url.includes(`/${page}#`)) ?? '';
}
