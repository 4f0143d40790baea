import { describe, expect, it } from 'vitest'
import { login } from '../../../../gateway/monitor/login/config.ts'
import { readIdentity } from '../../../../gateway/monitor/login/identity.ts'
import { viewOf } from '../../../../gateway/monitor/login/next.ts'

const config = (changes: object = {}) => login.parse({ issuer: 'https://identite.example', clientId: 'hub', ...changes })
const OBSERVER = { preferred_username: 'a.b', role: 'observer', territory: '54395' }

describe('who somebody is, from his id token', () => {
  it.each([
    ['a role and its territory', OBSERVER, {}, { name: 'a.b', role: 'observer', territory: '54395' }],
    ['an operator without territory sees all', { preferred_username: 'o', role: 'operator' }, {}, { name: 'o', role: 'operator' }],
    ['of several roles the first of ours', { preferred_username: 'o', role: ['x', 'observer', 'operator'] }, {}, { name: 'o', role: 'operator' }],
    [
      'names of claims and roles are the provider’s',
      { sub: 'u-1', realm_access: { roles: ['eparcours_dpo'] }, departement: ['35238'] },
      { claims: { name: 'sub', role: 'realm_access.roles', territory: 'departement' }, roles: { 'privacy-officer': 'eparcours_dpo' } },
      { name: 'u-1', role: 'privacy-officer', territory: '35238' },
    ],
    [
      'a claim whose own name has dots',
      { ...OBSERVER, 'https://x.example/role': 'operator' },
      { claims: { role: 'https://x.example/role' } },
      { name: 'a.b', role: 'operator', territory: '54395' },
    ],
  ])('%s', (_case, claims, changes, identity) => {
    expect(readIdentity(claims, config(changes))).toEqual(identity)
  })

  it.each([
    ['no name', { ...OBSERVER, preferred_username: undefined }, 'name'],
    ['a name that is none', { ...OBSERVER, preferred_username: 'a b<script>' }, 'name'],
    ['no role', { ...OBSERVER, role: undefined }, 'role'],
    ['a role that is not ours', { ...OBSERVER, role: 'admin' }, 'role'],
    ['a role that every object has', { ...OBSERVER, role: 'constructor' }, 'role'],
    ['an observer of no territory', { ...OBSERVER, territory: undefined }, 'territory'],
    ['two territories', { ...OBSERVER, territory: ['54395', '35238'] }, 'territory'],
  ])('%s is not let in', (_case, claims, path) => {
    expect(() => readIdentity(claims, config())).toThrow(expect.objectContaining({ code: 'monitor.login', path }))
  })

  it('a provider without TLS is one of this machine', () => {
    expect(config({ issuer: 'http://127.0.0.1:8085' }).issuer).toBe('http://127.0.0.1:8085')
    expect(() => config({ issuer: 'http://identite.example' })).toThrow('needs https')
  })
})

describe('where a login leads', () => {
  it.each([
    ['/monitor', '/monitor'],
    ['/monitor/flows?status=parked&from=2026-01-01T00:00:00%2B01:00', '/monitor/flows?status=parked&from=2026-01-01T00:00:00%2B01:00'],
    ['/monitor/flows/0190?x=//y.example', '/monitor/flows/0190?x=//y.example'],
  ])('to the view that was asked for: %s', (next, view) => expect(viewOf(next)).toBe(view))

  it.each([
    null,
    '',
    'monitor/flows',
    '//elsewhere.example/monitor',
    '/\\elsewhere.example/monitor',
    '/\t/elsewhere.example/monitor',
    'https://elsewhere.example/monitor',
    'javascript:alert(1)',
    '/monitor/../fhir/metadata',
    '/monitor/..//elsewhere.example',
    '/monitors',
    '/monitor/api/flows',
    '/monitor/login?next=/monitor/login',
    '/monitor/callback',
    '/monitor/logout',
  ])('anywhere else is the overview: %j', next => expect(viewOf(next)).toBe('/monitor'))
})
