import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { firstLoadBudget } from './first-load.ts';
import { precompress } from './precompress.ts';
import { preloadFont } from './preload-font.ts';

const FIRST_LOAD_KB = 300;

const api = process.env.SPYHOP_API ?? 'http://localhost:4000';

/** Libraries of every page, apart from the product's own code, so that they outlive it in caches. */
const LIBRARIES = [
  { name: 'react', test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
  { name: 'apollo', test: /node_modules\/(@apollo|@wry|graphql|graphql-ws|optimism|rxjs|tslib)\// },
];

export default defineConfig({
  plugins: [react(), preloadFont(), firstLoadBudget(FIRST_LOAD_KB), precompress()],
  build: {
    target: 'es2023',
    rolldownOptions: { output: { codeSplitting: { groups: LIBRARIES } } },
  },
  server: { proxy: { '/graphql': { target: api, ws: true, changeOrigin: true } } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    // They matter only to a test that hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    setupFiles: ['tests/setup.ts'],
  },
});
