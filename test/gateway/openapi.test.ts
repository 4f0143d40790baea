import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

// The OpenAPI document and the routes the hub registers, held together: nothing is served that is not described, nothing described that is not served.

const gateway = join(import.meta.dirname, '../../gateway')
const document = parse(readFileSync(join(gateway, 'openapi.yaml'), 'utf8')) as { paths: Record<string, Record<string, unknown>> }

/** Where the routes of a file hang; the FHIR door describes itself. */
const MOUNTS: Record<string, string> = { 'http.ts': '', access: '/auth', monitor: '/monitor' }

function registered(): string[] {
  const files = readdirSync(gateway, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  return files.flatMap(entry => {
    const path = relative(gateway, join(entry.parentPath, entry.name))
    const folder = path.split('/')[0] ?? ''
    if (folder === 'fhir') return []
    const routes = [...readFileSync(join(gateway, path), 'utf8').matchAll(/\b(?:app|router)\.(get|post|put|patch|delete)\(\s*'([^']+)'/g)]
    return routes.map(([, method, route = '']) => `${method} ${MOUNTS[folder] ?? `(${folder})`}${route.replace(/:(\w+)/g, '{$1}')}`)
  })
}

describe('the OpenAPI document', () => {
  it('describes every route beside the FHIR door, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) => Object.keys(operations).map(method => `${method} ${path}`))
    expect(described.sort()).toEqual(registered().sort())
  })
})
