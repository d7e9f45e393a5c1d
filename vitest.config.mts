import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const dist = fileURLToPath(new URL('./runtime/dist/', import.meta.url));

export default defineConfig({
  resolve: {
    // tfjs comes from the built bundle: transforming its 2,000 files anew for each test file would take minutes.
    alias: [
      { find: /^(\.{1,2}\/)+tf\.js$/, replacement: `${dist}tf.js` },
      { find: /^(\.{1,2}\/)+tfBackends\.js$/, replacement: `${dist}tfBackends.js` },
    ],
  },
  test: {
    // Slow machines are not failures; a test that hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['**/*.test.ts'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    server: { deps: { external: [/runtime\/dist\//] } },
  },
});
