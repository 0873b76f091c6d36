import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requiredUrl } from '@spyhop/platform/testkit/redis';
import { Pool } from 'pg';
import { transaction } from '../store/transaction';
import { TcpProxy } from './tcp-proxy';

describe('a transaction', () => {
  let proxy: TcpProxy;
  let pool: Pool;

  beforeEach(async () => {
    const url = new URL(requiredUrl('TEST_DATABASE_URL'));
    proxy = new TcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(await proxy.open());
    pool = new Pool({ connectionString: url.href });
    pool.on('error', () => undefined);
  });
  afterEach(async () => {
    await pool.end();
    await proxy.cut();
  });

  it('rejects, and ends nothing but itself, when its connection is lost between two queries', async () => {
    const work = transaction(pool, async (client) => {
      await client.query('SELECT 1');
      const isLost = new Promise((resolve) => client.once('end', resolve));
      await proxy.cut();
      await isLost;
      await client.query('SELECT 2');
    });
    await expect(work).rejects.toThrow('not queryable');
    await proxy.open();
    expect(await transaction(pool, async (client) => (await client.query('SELECT')).rowCount)).toBe(
      1,
    );
  });
});
