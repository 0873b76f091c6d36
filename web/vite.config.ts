import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './precompress.ts';

const api = process.env.SPYHOP_API ?? 'http://localhost:4000';

export default defineConfig({
  plugins: [react(), precompress()],
  build: { target: 'es2023', manifest: true },
  server: { proxy: { '/graphql': { target: api, ws: true, changeOrigin: true } } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    testTimeout: 15_000,
    setupFiles: ['tests/setup.ts'],
  },
});
