import { defineConfig } from 'vitest/config'

// Unit tests are pure and parallel. Integration tests share one stack, started once by test/support/stack.setup.ts, and run one file at a time.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/**/*.int.test.ts', 'test/bench/**'], testTimeout: 30_000 } },
      {
        test: {
          name: 'stack',
          include: ['test/**/*.int.test.ts'],
          globalSetup: ['test/support/stack.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
