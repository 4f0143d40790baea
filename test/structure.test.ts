import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

// The house of the design, held by a test: who may import whom, how long a file may be, where a test lies.

const root = resolve(import.meta.dirname, '..')
const FOLDERS = ['gateway', 'mappers', 'connectors', 'profiles', 'docker']

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      entry =>
        entry.isFile() &&
        /\.(ts|tsx|mjs)$/.test(entry.name) &&
        !entry.parentPath.includes('node_modules') &&
        !entry.parentPath.includes(`${folder}/embedded/target`),
    )
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
}

const files = FOLDERS.flatMap(sources)
const text = new Map(files.map(file => [file, readFileSync(join(root, file), 'utf8')]))

/** What it imports or exports again, types too. */
function importsOf(file: string): string[] {
  const statements = (text.get(file) ?? '').matchAll(/^\s*(?:import|export)\s+(?:[\w*{}\s,$]+?\s+from\s+)?'([^']+)'/gm)
  return Array.from(statements, match => match[1] ?? '')
}

function localTargets(file: string): string[] {
  return importsOf(file)
    .filter(name => name.startsWith('.'))
    .map(name => relative(root, resolve(root, dirname(file), name)))
}

const MAY_IMPORT: Record<string, string[]> = {
  profiles: ['profiles'],
  mappers: ['mappers', 'profiles'],
  connectors: ['connectors', 'profiles'],
  gateway: ['gateway', 'mappers', 'connectors', 'profiles'],
  docker: ['docker', 'connectors', 'profiles'],
}

describe('the house', () => {
  it('imports go one way: gateway → connectors, mappers → profiles', () => {
    const wrong = files.flatMap(file => {
      const allowed = MAY_IMPORT[file.split('/')[0] ?? ''] ?? []
      return localTargets(file)
        .filter(target => !allowed.includes(target.split('/')[0] ?? ''))
        .map(target => `${file} → ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('no connector knows another', () => {
    const wrong = files
      .filter(file => /^connectors\/[^/]+\//.test(file))
      .flatMap(file =>
        localTargets(file)
          .filter(target => /^connectors\/[^/]+\//.test(target) && target.split('/')[1] !== file.split('/')[1])
          .map(target => `${file} → ${target}`),
      )
    expect(wrong).toEqual([])
  })

  it('mappers and profiles do no I/O, read no clock, draw no random number and write no log', () => {
    const pure = files.filter(file => /^(mappers|profiles)\//.test(file))
    const wrong = pure.flatMap(file => [
      ...importsOf(file)
        .filter(name => /^(node:)?(fs|net|http|https|tls|dns|child_process|worker_threads|timers|os)(\/|$)|^(pino|undici|pg|kafkajs)$/.test(name))
        .map(name => `${file} imports ${name}`),
      ...(/\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)|\brandomUUID\(|\brandomBytes\(|\bprocess\.env\b|\bconsole\./.test(text.get(file) ?? '')
        ? [`${file} reads the machine`]
        : []),
    ])
    expect(wrong).toEqual([])
  })

  it('has no import cycle, not even of types', () => {
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (file: string, trail: string[]): void => {
      if (state.get(file) === 'done') return
      if (state.get(file) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
        return
      }
      state.set(file, 'open')
      for (const target of localTargets(file)) if (text.has(target)) visit(target, [...trail, file])
      state.set(file, 'done')
    }
    for (const file of files) visit(file, [])
    expect(cycles).toEqual([])
  })

  it('no file is longer than 250 lines, tables apart', () => {
    const long = files
      .filter(file => !file.startsWith('profiles/tables/') && file !== 'profiles/errors.ts')
      .map(file => ({ file, lines: (text.get(file) ?? '').split('\n').length - 1 }))
      .filter(one => one.lines > 250)
    expect(long).toEqual([])
  })

  it('the hub stays readable in a few days: under 48 300 lines of code, without comments, tables, stand-ins and the demo letter', () => {
    const counted = files.filter(file => file.endsWith('.ts') && !/^(docker\/|gateway\/monitor\/web\/|gateway\/demo\/|profiles\/tables\/)/.test(file))
    const lines = counted.reduce((sum, file) => sum + codeLines(text.get(file) ?? ''), 0)
    expect(lines).toBeLessThan(48_300)
  })

  it('each source file opens with a sentence that says its one job', () => {
    const silent = files.filter(file => !/^(#!.*\n)?\/[/*]/.test(text.get(file) ?? ''))
    expect(silent).toEqual([])
  })

  it('no type is silenced', () => {
    const silenced = files.filter(file => /@ts-ignore|@ts-expect-error|@ts-nocheck|biome-ignore.*noExplicitAny/.test(text.get(file) ?? ''))
    expect(silenced).toEqual([])
  })
})

function codeLines(source: string): number {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter(line => line.trim() !== '' && !line.trim().startsWith('//')).length
}
