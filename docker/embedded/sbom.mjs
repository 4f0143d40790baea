/*
  `npm run sbom`: the software bill of materials, CycloneDX: npm's and Maven's own lists of what production runs, as one file.
*/
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireMaven } from './setup/requirements.mjs'
import { guarded } from './stack/terminal.mjs'

const ROOT = join(import.meta.dirname, '..', '..')
const PLUGIN = 'org.cyclonedx:cyclonedx-maven-plugin:2.9.1:makeAggregateBom'

await guarded(async () => {
  const npm = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 }),
  )
  npm.metadata.component.name = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).name // npm puts the folder's
  const maven = ofMaven()
  const both = {
    ...npm,
    components: [...npm.components, ...maven.components],
    dependencies: [...npm.dependencies, ...maven.dependencies],
  }
  const file = join(ROOT, 'dist', 'sbom.cdx.json')
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  writeFileSync(file, `${JSON.stringify(both, undefined, 2)}\n`)
  process.stdout.write(`${both.components.length} components: ${file}\n`)
})

function ofMaven() {
  const folder = mkdtempSync(join(tmpdir(), 'hub-sbom-'))
  try {
    const where = ['-DoutputFormat=json', `-DoutputDirectory=${folder}`, '-DoutputName=maven']
    execFileSync(requireMaven(), ['-B', '-ntp', '-q', PLUGIN, ...where], { cwd: join(ROOT, 'docker', 'embedded'), stdio: ['ignore', 'ignore', 'inherit'] })
    return JSON.parse(readFileSync(join(folder, 'maven.json'), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
