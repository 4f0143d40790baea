/*
  Serves the monitor's page, built from web/: one document for every view, and its parts, whose names change with their content.
*/
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { HubError } from '../../profiles/errors.ts'

const BUILT = join(import.meta.dirname, 'page')

/** Every address of a view; the page itself finds which one is meant, and says of what cannot be read that it is none. */
const VIEWS = ['/', '/flows', /^\/flows\/[^/]+$/, '/persons', '/lanes', '/replay', '/partners', '/indicators']

/** Of any other address the page says to a browser that it is none; not in the place of what the hub answers itself. */
const OTHERS = /^\/(?!(?:api|assets|login|logout|callback)(?:\/|$))/

/** Nothing but what the hub itself serves: no script or style in the text, nothing from elsewhere, no frame around it, no markup made of strings. A document is previewed in a frame of its own, from memory. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  'frame-src blob:',
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Part {
  type: string
  plain: Buffer
  gzip: Buffer
}

/** In: who may have the document. The page as it was built when the hub started; nothing where it was not. */
export function pageRoutes(guard: RequestHandler, folder = BUILT): Router {
  const router = Router({ caseSensitive: true })
  const document = readPart(folder, 'index.html')
  if (document === undefined) return router
  const parts = new Map(namesIn(join(folder, 'assets')).map(name => [name, readPart(join(folder, 'assets'), name)]))
  const show: RequestHandler = (request, response) => {
    response.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache', 'X-Frame-Options': 'DENY' })
    send(document, request, response)
  }
  const isBrowser: RequestHandler = (request, response, next) => {
    response.status(404)
    next(request.accepts('json', 'html') === 'html' ? undefined : 'route')
  }
  router.get(VIEWS, guard, show)
  router.get(OTHERS, isBrowser, guard, show)
  router.get(['/assets/:name'], (request, response) => {
    const part = parts.get(String(request.params['name']))
    if (part === undefined) throw new HubError('fhir.path_unknown', { path: 'name' })
    response.set('Cache-Control', 'public, max-age=31536000, immutable')
    send(part, request, response)
  })
  return router
}

function send({ type, plain, gzip }: Part, request: Request, response: Response): void {
  const isCompressed = request.acceptsEncodings('gzip') !== false
  response.set({ 'Content-Type': type, Vary: 'Accept-Encoding' })
  if (isCompressed) response.set('Content-Encoding', 'gzip')
  response.end(isCompressed ? gzip : plain)
}

function readPart(folder: string, name: string): Part | undefined {
  const type = TYPES[/\.[a-z]+$/.exec(name)?.[0] ?? '']
  if (type === undefined || !namesIn(folder).includes(name)) return undefined
  return { type, plain: readFileSync(join(folder, name)), gzip: readFileSync(join(folder, `${name}.gz`)) }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => !name.endsWith('.gz'))
  } catch {
    return []
  }
}
