import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import { type DeviceStanding, standingOf } from '../rules/device';

/** Of one user; of more, those that were longest away are forgotten. */
const MOST_DEVICES = 50;

/** The statement that makes a device known to the user whose id a table has; none where there is no device. */
export const rememberSql = (
  owner: Prisma.Sql,
  deviceHash: Buffer | null,
  now: number,
): Prisma.Sql => Prisma.sql`
  INSERT INTO users.known_device (user_id, device_hash, first_at, last_at)
  SELECT owner.id, ${deviceHash}::bytea, ${new Date(now)}, ${new Date(now)} FROM ${owner} AS owner
  WHERE ${deviceHash}::bytea IS NOT NULL
  ON CONFLICT (user_id, device_hash) DO UPDATE SET last_at = excluded.last_at`;

/** Devices that users have signed in or set a password with before; each is known by the SHA-256 of its cookie. */
export class DeviceStore {
  constructor(private readonly prisma: PrismaClient) {}

  async standingOf(userId: string, deviceHash: Buffer): Promise<DeviceStanding> {
    const row = await this.prisma.knownDevice.findUnique({
      where: { userId_deviceHash: { userId, deviceHash: new Uint8Array(deviceHash) } },
      select: { lastAt: true },
    });
    return standingOf(row && row.lastAt !== null);
  }

  /** It has tries of its own from now on; that it signs in is news all the same. */
  async admit(userId: string, deviceHash: Buffer, now: number): Promise<void> {
    const row = { userId, deviceHash: new Uint8Array(deviceHash), firstAt: new Date(now) };
    await this.prisma.knownDevice.createMany({ data: [row], skipDuplicates: true });
  }

  /** Of one user's that are too many, those that were longest away. */
  async forgetOldest(userId: string): Promise<void> {
    await this.prisma.$executeRaw`
      DELETE FROM users.known_device WHERE user_id = ${userId}::uuid AND device_hash IN (
        SELECT device_hash FROM users.known_device WHERE user_id = ${userId}::uuid
        ORDER BY coalesce(last_at, first_at) DESC OFFSET ${MOST_DEVICES}
      )`;
  }
}
