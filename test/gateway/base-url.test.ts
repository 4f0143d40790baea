import { expect, it } from 'vitest'
import { baseUrlsOf } from '../../gateway/base-url.ts'

it.each([
  ['127.0.0.1', {}, ['http://127.0.0.1:8080', 'http://localhost:8080']],
  ['::1', {}, ['http://[::1]:8080', 'http://127.0.0.1:8080', 'http://localhost:8080']],
  ['2001:db8::7', { certFile: '/hub.crt' }, ['https://[2001:db8::7]:8080']],
  ['0.0.0.0', { certFile: '/hub.crt', publicUrl: 'https://hub.example.test/' }, ['https://hub.example.test', 'https://0.0.0.0:8080']],
])('a hub at %s is known by its addresses, the public one first', (host, rest, known) => {
  expect(baseUrlsOf({ http: { host, port: 8080, maxConnections: 10, ...rest } })).toEqual(known)
})
