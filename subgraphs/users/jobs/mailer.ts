import { mkdir, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { createTransport } from 'nodemailer';
import { maskEmail, maskEmailsIn } from '../rules/email';
import { FutileErrand } from '../rules/errand';
import type { Mail } from '../rules/mail';

/** Where mails go. */
export interface MailerOptions {
  /** Who takes them; without it they are written into the folder. */
  smtpUrl: string | undefined;
  from: string;
  outbox: string;
  clock: Clock;
  log: Log;
}

/** Sends mails; what it sends with is closed by `stop`. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
  stop: Stop;
}

const TIMEOUT_MS = 20_000;
const OWNER_ONLY = 0o600;

/** Sends over SMTP, or writes .eml files (RFC 5322) that mail programs open. */
export const createMailer = (options: MailerOptions): Mailer =>
  options.smtpUrl === undefined ? outboxMailer(options) : smtpMailer(options, options.smtpUrl);

function smtpMailer({ from, log }: MailerOptions, url: string): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  return {
    send: async (mail) => {
      await transport.sendMail({ ...message(mail), from }).catch(failAs);
      log.info({ to: maskEmail(mail.to), subject: mail.subject }, 'a mail was sent');
    },
    stop: async () => transport.close(),
  };
}

function outboxMailer({ from, outbox, clock, log }: MailerOptions): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return {
    send: async (mail) => {
      const { message: text } = await transport.sendMail({ ...message(mail), from });
      const name = `${new Date(clock()).toISOString().replaceAll(':', '-')}-${randomUUID()}.eml`;
      const file = join(outbox, name);
      await mkdir(outbox, { recursive: true, mode: 0o700 });
      await writeFile(file, text as Buffer, { mode: OWNER_ONLY });
      // Who runs it without a mail server must find the link somewhere.
      log.warn(
        { to: maskEmail(mail.to), subject: mail.subject, file },
        `SMTP_URL is not set, so this mail is only here and in ${file}:\n${mail.text}`,
      );
    },
    stop: async () => undefined,
  };
}

/** What is wrong, for the log: of the mail server's own error, which has the address in many places, nothing else. */
function failAs(err: Error & { code?: string; responseCode?: number }): never {
  const { code, responseCode } = err;
  // RFC 5321, section 4.2.1: what is refused with 5yz is refused the next time too.
  const isFinal = responseCode !== undefined && responseCode >= 500;
  const masked = new (isFinal ? FutileErrand : Error)(maskEmailsIn(err.message));
  throw Object.assign(masked, { code, responseCode });
}

/** Fields that nodemailer encodes; never headers made of text from outside. */
const message = ({ to, subject, text }: Mail) => ({ to: { name: '', address: to }, subject, text });
