import { EventEmitter, once } from 'node:events';
import { domainToASCII } from 'node:url';
import { freePort } from '@spyhop/platform/testkit/ports';
import { PATIENCE_MS } from '@spyhop/platform/testkit/until';
import { SMTPServer } from 'smtp-server';

/** A mail as its reader sees it. */
export interface ReceivedMail {
  to: string;
  subject: string;
  text: string;
  /** The first link in it, and what follows `token=` there; empty without one. */
  link: string;
  token: string;
}

/** An SMTP server (RFC 5321) that keeps what it is sent. */
export class Mailbox {
  readonly received: ReceivedMail[] = [];
  /** How many of the next mails are refused. */
  refusals = 0;
  /** Whether it knows nobody (RFC 5321, 550). */
  knowsNobody = false;
  /** The domain for which it takes no mail for the time being (RFC 5321, 450); empty for none. */
  putsOff = '';
  private held: Promise<void> = Promise.resolve();
  private readonly taken = new Set<ReceivedMail>();
  private readonly arrivals = new EventEmitter();

  private constructor(
    readonly url: string,
    private readonly server: SMTPServer,
  ) {}

  static async start(): Promise<Mailbox> {
    const port = await freePort();
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: ({ address }, _session, callback) => {
        const refusal = (responseCode: number): Error =>
          Object.assign(new Error(`${address}: not here`), { responseCode });
        if (mailbox.knowsNobody) return callback(refusal(550));
        callback(address.endsWith(`@${mailbox.putsOff}`) ? refusal(450) : null);
      },
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (mailbox.refusals > 0) {
            mailbox.refusals -= 1;
            return callback(new Error('try again later'));
          }
          const [recipient] = session.envelope.rcptTo;
          void mailbox.held.then(() => {
            mailbox.take(onTheWire(recipient?.address ?? ''), Buffer.concat(chunks).toString());
            callback();
          });
        });
      },
    });
    const mailbox = new Mailbox(`smtp://127.0.0.1:${port}`, server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return mailbox;
  }

  /** Says nothing to mails until it is told to. */
  hold(): () => void {
    let release = (): void => undefined;
    this.held = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** The oldest mail to an address that was not asked for yet; waits for one that is on its way. */
  async next(to: string): Promise<ReceivedMail> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const find = () => this.received.find((mail) => mail.to === to && !this.taken.has(mail));
    for (let mail = find(); ; mail = find()) {
      if (mail) {
        this.taken.add(mail);
        return mail;
      }
      await once(this.arrivals, 'mail', { signal });
    }
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private take(to: string, source: string): void {
    const [head = '', ...rest] = source.split('\r\n\r\n');
    const text = decode(head, rest.join('\r\n\r\n'));
    const subject = /^Subject: (.*)$/m.exec(head)?.[1]?.trim() ?? '';
    const link = /https?:\/\/\S+/.exec(text)?.[0] ?? '';
    const token = /token=([\w-]+)/.exec(link)?.[1] ?? '';
    this.received.push({ to, subject, text, link, token });
    this.arrivals.emit('mail');
  }
}

/** The server shows domains in Unicode that came in ASCII. */
const onTheWire = (address: string): string => {
  const [local = '', domain = ''] = address.split('@');
  return `${local}@${domainToASCII(domain)}`;
};

/** Quoted-printable (RFC 2045, section 6.7) where the head says so. */
const decode = (head: string, body: string): string =>
  /^Content-Transfer-Encoding: quoted-printable/im.test(head)
    ? body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : body;
