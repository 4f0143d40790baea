import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RIGHTS, rolesFor } from '../../../gateway/monitor/rights.ts'

// The table of rights and the routes that the monitor registers, held together.

const folder = join(import.meta.dirname, '../../../gateway/monitor')

function registered(): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts') && !name.startsWith('web/'))
  return files.flatMap(name =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/\brouter\.(get|post|put|patch|delete)\(\s*'(\/api[^']*)'/g)].map(
      ([, method = '', path = '']) => `${method.toUpperCase()} ${path}`,
    ),
  )
}

describe('who may do what in the monitor', () => {
  it('each route of the API has its row, and no row is of a route that is not there', () => {
    expect(Object.keys(RIGHTS).sort()).toEqual(registered().sort())
  })

  it('whatever writes is the operator’s alone, but what only shows and is asked for by POST', () => {
    const showing: string[] = [
      'POST /api/flows/search',
      'POST /api/flows.csv',
      'POST /api/flows/:id/message',
      'POST /api/flows/:id/resources',
      'POST /api/flows/:id/document',
      'POST /api/persons',
    ]
    const writing = Object.entries(RIGHTS).filter(([route, roles]) => !route.startsWith('GET ') && roles.some(role => role !== 'operator'))
    expect(writing.map(([route]) => route)).toEqual(showing)
  })

  it.each([
    ['GET', '/api/flows/0190-a', ['observer', 'operator', 'privacy-officer']],
    ['POST', '/api/lanes/park', ['operator']],
    ['POST', '/api/lanes/in:key/resume', ['operator']],
    ['GET', '/api/flows/0190-a/unheard-of', ['operator']],
    ['DELETE', '/api/flows/0190-a', ['operator']],
  ])('%s %s is for %j', (method, path, roles) => {
    expect(rolesFor(method, path)).toEqual(roles)
  })
})
