import { describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { requiredUrl } from '@spyhop/platform/testkit/redis';
import { requirePostgres, requireRedis } from '../stack/reachable';

describe("the user's own services", () => {
  it('are taken as they are when they answer', async () => {
    await expect(requirePostgres(requiredUrl('TEST_DATABASE_URL'))).resolves.toBeUndefined();
    await expect(requireRedis(requiredUrl('TEST_REDIS_URL'))).resolves.toBeUndefined();
  });

  it('that are not there are named with what to do, without the password', async () => {
    const port = await freePort();
    await expect(requirePostgres(`postgresql://me:hidden@127.0.0.1:${port}/x`)).rejects.toThrow(
      new RegExp(`^DATABASE_URL: 127\\.0\\.0\\.1:${port} cannot be used .*ECONNREFUSED[^]*unset`),
    );
    await expect(requireRedis(`redis://:hidden@127.0.0.1:${port}`)).rejects.toThrow(
      new RegExp(`^REDIS_URL: 127\\.0\\.0\\.1:${port} cannot be used .*ECONNREFUSED[^]*unset`),
    );
  });

  it('that do not let us in say so', async () => {
    const url = new URL(requiredUrl('TEST_DATABASE_URL'));
    url.password = 'a-guess';
    await expect(requirePostgres(url.href)).rejects.toThrow(/password authentication failed/);
  });
});
