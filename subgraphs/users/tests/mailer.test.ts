import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import { startErrands } from '../jobs/errands';
import { createMailer } from '../jobs/mailer';
import { FutileErrand } from '../rules/errand';
import { newKeyRingText } from '@spyhop/platform/secret-box';
import { readUsersConfig, routersKeysOf } from '../config';
import { start } from '../main';
import { pino } from 'pino';
import { Mailbox } from './mailbox';

const log = createLog({ name: 'test', level: 'silent' });
const NOON = Date.UTC(2026, 4, 1, 12);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spyhop-outbox-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('mails without a mail server', () => {
  it('are files that their owner alone can read, and are shown in the log with the address masked', async () => {
    const lines: { fields: Record<string, unknown>; text: string }[] = [];
    const shown = Object.assign(Object.create(log) as typeof log, {
      warn: (fields: Record<string, unknown>, text: string) => void lines.push({ fields, text }),
    });
    const outbox = join(folder, 'outbox');
    const from = 'Spyhop <spyhop@example.org>';
    const mailer = createMailer({
      smtpUrl: undefined,
      from,
      outbox,
      clock: () => NOON,
      log: shown,
    });
    await mailer.send({
      to: 'ann@example.org',
      subject: 'Hé',
      text: 'https://x.example/#token=abc',
    });
    const [name = ''] = readdirSync(outbox);
    expect(name).toMatch(/^2026-05-01T12-00-00\.000Z-.*\.eml$/);
    expect(statSync(join(outbox, name)).mode & 0o777).toBe(0o600);
    const text = readFileSync(join(outbox, name), 'utf8');
    expect(text).toMatch(/^To: ann@example\.org$/m);
    // RFC 2047, section 4: "Hé" in UTF-8.
    expect(text).toMatch(/^Subject: =\?UTF-8\?[QB]\?(H=C3=A9|SMOp)\?=$/m);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.fields).toMatchObject({ to: 'a***@example.org' });
    expect(lines[0]?.text).toContain('https://x.example/#token=abc');
  });
});

describe('a mail that its server refuses', () => {
  it('is in no log with the address in the clear', async () => {
    const mailbox = await Mailbox.start();
    mailbox.knowsNobody = true;
    const mailer = createMailer({
      ...{
        smtpUrl: mailbox.url,
        from: 'spyhop@example.net',
        outbox: folder,
        clock: () => NOON,
        log,
      },
    });
    const mail = { to: 'ann.lee@example.org', subject: 'Hello', text: 'Hello' };
    const err: unknown = await mailer.send(mail).catch((reason: unknown) => reason);
    await mailer.stop();
    await mailbox.stop();
    expect(err).toMatchObject({ code: 'EENVELOPE', responseCode: 550 });
    expect(err).toBeInstanceOf(FutileErrand);
    const { err: write } = pino.stdSerializers;
    expect(JSON.stringify(write(err as Error))).toContain('a***@example.org');
    expect(JSON.stringify(write(err as Error))).not.toContain('ann.lee');
  });
});

describe('errands', () => {
  it('are refused when too many wait, and what waits is still done', async () => {
    const { later, stop } = startErrands(log);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let done = 0;
    for (let at = 0; at < 1_500; at += 1) {
      later('one of many', async () => {
        await held;
        done += 1;
      });
    }
    release();
    await stop();
    expect(done).toBe(1_000);
  });

  it('that fail keep no others waiting until they are tried again', async () => {
    const { later, stop } = startErrands(log);
    let tries = 0;
    for (let nth = 0; nth < 20; nth += 1) {
      later('one that fails', async () => {
        tries += 1;
        throw new Error('not now');
      });
    }
    await new Promise<void>((resolve) => later('one behind them', async () => resolve()));
    expect(tries).toBe(20);
    await stop();
    expect(tries).toBe(40);
  });

  it('are tried no more where that is of no use', async () => {
    const { later, stop } = startErrands(log);
    let tries = 0;
    later('one that is futile', async () => {
      tries += 1;
      throw new FutileErrand('never');
    });
    await new Promise<void>((resolve) => later('one behind it', async () => resolve()));
    await stop();
    expect(tries).toBe(1);
  });
});

describe('the configuration of the users subgraph', () => {
  it('has to say it where nobody keeps others than the router away', async () => {
    const env = {
      DATABASE_URL: 'postgresql://127.0.0.1:1/x',
      REDIS_URL: 'redis://127.0.0.1:1',
      SECRET_KEYS: newKeyRingText('test'),
      LOG_LEVEL: 'silent',
    };
    await expect(start(env)).rejects.toThrow(/IDENTITY_KEYS_URL: must name the keys/);
    expect(routersKeysOf(readUsersConfig({ ...env, IDENTITY_KEYS_URL: 'none' }))).toBeUndefined();
  });

  it('names every fault, and never a key', () => {
    const env = {
      PUBLIC_URL: 'spyhop',
      SMTP_URL: 'https://mail',
      SECRET_KEYS: 'id:c2hvcnQ=',
      DATABASE_URL: 'postgresql://localhost/x',
      REDIS_URL: 'redis://localhost',
    };
    const faults = (() => {
      try {
        readUsersConfig(env);
        return '';
      } catch (err) {
        return String(err);
      }
    })();
    expect(faults).toMatch(/PUBLIC_URL: must be an address like https:/);
    expect(faults).toMatch(/SMTP_URL: must be an address like smtps:/);
    expect(faults).toMatch(/SECRET_KEYS: key "id" must have 32 bytes/);
    expect(faults).not.toContain('c2hvcnQ');
  });
});
