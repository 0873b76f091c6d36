import { randomUUID } from 'node:crypto';
import type { PrismaClient } from '@spyhop/prisma/client';

/** Of one user; of more, those that were longest away are forgotten. */
const MOST_DEVICES = 50;

/** Devices that users have signed in with before; each is known by the SHA-256 of its cookie. */
export class DeviceStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Asks as long for nobody's as for somebody's. */
  async isKnown(userId: string | null, deviceHash: Buffer): Promise<boolean> {
    const found = await this.prisma.knownDevice.findUnique({
      where: {
        userId_deviceHash: {
          userId: userId ?? randomUUID(),
          deviceHash: new Uint8Array(deviceHash),
        },
      },
      select: { lastAt: true },
    });
    return found !== null;
  }

  /** True where the user has not signed in with it before. */
  async remember(userId: string, deviceHash: Buffer, now: number): Promise<boolean> {
    const [isNew] = await this.prisma.$queryRaw<{ fresh: boolean }[]>`
      INSERT INTO users.known_device AS known (user_id, device_hash, first_at, last_at)
      VALUES (${userId}::uuid, ${deviceHash}, ${new Date(now)}, ${new Date(now)})
      ON CONFLICT (user_id, device_hash) DO UPDATE SET last_at = excluded.last_at
      RETURNING known.first_at = known.last_at AS fresh`;
    if (isNew?.fresh) await this.forgetOldest(userId);
    return isNew?.fresh ?? false;
  }

  private async forgetOldest(userId: string): Promise<void> {
    await this.prisma.$executeRaw`
      DELETE FROM users.known_device WHERE user_id = ${userId}::uuid AND device_hash IN (
        SELECT device_hash FROM users.known_device WHERE user_id = ${userId}::uuid
        ORDER BY last_at DESC OFFSET ${MOST_DEVICES}
      )`;
  }
}
