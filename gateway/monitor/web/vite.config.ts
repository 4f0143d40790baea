/*
  How the monitor's page is built: into dist/gateway/monitor/page, every file beside its gzip, names by content.
*/
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** The hub answers with these bytes: it compresses nothing itself. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir = '.' }) {
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && !entry.name.endsWith('.md'))
    for (const entry of files) {
      const path = join(entry.parentPath, entry.name)
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: constants.Z_BEST_COMPRESSION }))
    }
  },
}

/** Two parts beside the overview and its charts: a few larger ones compress to less than many small ones. */
const GROUPS = [
  { name: 'page', test: /node_modules\/preact\/|\/web\/src\/(?!views\/(?!flows\/window)|texts\/(?!shell|parts|statuses))/ },
  { name: 'views', test: /\/(views|texts)\/(flow|flows|persons|lanes|replay|partners|indicators)[./]/ },
]

export default defineConfig({
  root: import.meta.dirname,
  base: '/monitor/',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // No file becomes a data URL: the policy of the page names its own address alone.
  build: {
    outDir: resolve(import.meta.dirname, '../../../dist/gateway/monitor/page'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    // Of what is built in: it goes where the page goes.
    license: { fileName: 'licenses.md' },
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
  plugins: [compressed],
})
