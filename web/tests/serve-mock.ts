import { keepMoving, startMockApi } from './mock-api.ts';
import { createMockBackend } from './mock-schema.ts';

const port = Number(process.env.PORT ?? 4000);
const size = process.env.MOCK_ASSETS ? Number(process.env.MOCK_ASSETS) : undefined;
const backend = createMockBackend(Date.now, size);
const { port: taken } = await startMockApi(backend, port);
keepMoving(backend, Number(process.env.MOCK_HZ ?? 2), Number(process.env.MOCK_SHARE ?? 0.3));
process.stdout.write(`http://127.0.0.1:${taken}\n`);
