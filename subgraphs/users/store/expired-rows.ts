import type { PrismaClient } from '@spyhop/prisma/client';

/** For so long it can be seen that a session is over, and why, milliseconds. */
const SESSION_KEPT_MS = 30 * 86_400_000;

/** Links that nobody followed, and sessions that are long over. */
export class ExpiredRows {
  constructor(private readonly prisma: PrismaClient) {}

  async remove(now: number): Promise<void> {
    const before = { lt: new Date(now) };
    const long = { lt: new Date(now - SESSION_KEPT_MS) };
    await this.prisma.registration.deleteMany({ where: { expiresAt: before } });
    await this.prisma.mailLink.deleteMany({ where: { expiresAt: before } });
    await this.prisma.session.deleteMany({ where: { expiresAt: long } });
  }
}
