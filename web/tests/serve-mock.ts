/*
 * The built web over moving mock data, to look at and to measure. Environment: PORT, MOCK_ASSETS
 * (how many), MOCK_HZ, MOCK_SHARE (of the assets that move each time, 0 to 1), MOCK_FEED (JSON over
 * the feed's status), MOCK_FAILING (fields of Query that fail, with commas).
 */
import { keepMoving, startMockApi } from './mock-api.ts';
import { createMockBackend, type MockFeed } from './mock-schema.ts';

const { PORT, MOCK_ASSETS, MOCK_HZ, MOCK_SHARE, MOCK_FEED, MOCK_FAILING } = process.env;

const backend = createMockBackend(Date.now, MOCK_ASSETS ? Number(MOCK_ASSETS) : undefined);
Object.assign(backend.feed, JSON.parse(MOCK_FEED ?? '{}') as Partial<MockFeed>);
for (const field of MOCK_FAILING?.split(',') ?? []) backend.failing.add(field);
const { port } = await startMockApi(backend, Number(PORT ?? 4000));
keepMoving(backend, Number(MOCK_HZ ?? 2), Number(MOCK_SHARE ?? 0.3));
process.stdout.write(`http://127.0.0.1:${port}\n`);
