import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { load } from './load.ts'

interface Package {
  kept: string
  release: string
  name: string
  resources: Array<{ resourceType: string; id: string; title: string }>
  dependencies?: Record<string, string>
}

const { writePackage } = await load<{ writePackage(folder: string, content: Package): string }>('fhir-package/write-package.mjs')

// A store that has a version of a package takes nothing from it again: other content must come under another version.

describe('the version of a package', () => {
  let kept: string
  const folder = () => mkdtempSync(join(tmpdir(), 'hub-package-'))
  const profile = (title: string) => ({ resourceType: 'StructureDefinition', id: 'one', title })
  const made = (change: Partial<Package> = {}): Package => ({ kept, release: '2.3.0', name: 'fr.example', resources: [profile('first')], ...change })

  beforeEach(() => {
    kept = folder()
    expect(writePackage(kept, made())).toBe('2.3.0')
  })

  it('is the kept one as long as the content is, and so are the bytes', () => {
    const again = folder()
    expect(writePackage(again, made())).toBe('2.3.0')
    expect(readFileSync(join(again, 'fr.example.tgz')).equals(readFileSync(join(kept, 'fr.example.tgz')))).toBe(true)
  })

  it('counts on with each change: of a resource, of which there are, of what the package stands on', () => {
    const changes: Array<Partial<Package>> = [
      { resources: [profile('second')] },
      { resources: [profile('first'), { ...profile('first'), id: 'two' }] },
      { resources: [] },
      { dependencies: { 'fr.other': '1.0.1' } },
    ]
    for (const change of changes) expect(writePackage(folder(), made(change))).toBe('2.3.1')
    const next = folder()
    writePackage(next, made({ resources: [profile('second')] }))
    expect(JSON.parse(readFileSync(join(next, 'fr.example/package.json'), 'utf8'))).toMatchObject({ version: '2.3.1' })
    expect(writePackage(folder(), made({ kept: next }))).toBe('2.3.2')
  })

  it('counts beyond nine', () => {
    let last = kept
    for (let patch = 1; patch <= 11; patch++) {
      const next = folder()
      expect(writePackage(next, made({ kept: last, resources: [profile(`${patch}`)] }))).toBe(`2.3.${patch}`)
      last = next
    }
  })

  it('begins anew with the minor that the sources name', () => {
    expect(writePackage(folder(), made({ release: '2.4.0', resources: [profile('second')] }))).toBe('2.4.0')
    expect(writePackage(folder(), made({ release: '3.0.0' }))).toBe('3.0.0')
  })
})
