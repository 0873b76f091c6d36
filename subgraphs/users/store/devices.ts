import { Prisma, type PrismaClient } from '@spyhop/prisma/client';

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

/** Devices that users have signed in with before; each is known by the SHA-256 of its cookie. */
export class DeviceStore {
  constructor(private readonly prisma: PrismaClient) {}

  async isKnown(userId: string, deviceHash: Buffer): Promise<boolean> {
    const count = await this.prisma.knownDevice.count({
      where: { userId, deviceHash: new Uint8Array(deviceHash) },
    });
    return count > 0;
  }

  async remember(userId: string, deviceHash: Buffer, now: number): Promise<void> {
    await this.prisma
      .$executeRaw`${rememberSql(Prisma.sql`(SELECT ${userId}::uuid AS id)`, deviceHash, now)}`;
    await this.forgetOldest(userId);
  }

  /** Of one user's that are too many, those that were longest away. */
  async forgetOldest(userId: string): Promise<void> {
    await this.prisma.$executeRaw`
      DELETE FROM users.known_device WHERE user_id = ${userId}::uuid AND device_hash IN (
        SELECT device_hash FROM users.known_device WHERE user_id = ${userId}::uuid
        ORDER BY last_at DESC OFFSET ${MOST_DEVICES}
      )`;
  }
}
