/*
  The HTTP server of the hub: health, metrics, tokens, the FHIR door, the monitor; one context and one set of safe defaults for all.
*/
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { hostname } from 'node:os'
import type { SecureContextOptions } from 'node:tls'
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from 'express'
import helmet from 'helmet'
import { boundConnections } from '../connectors/connections.ts'
import { type Renewal, renewTls } from '../connectors/renewal.ts'
import { authoritiesIn, revokedIn } from '../connectors/trust.ts'
import { ERRORS, HubError, toHubError } from '../profiles/errors.ts'
import { openAccess } from './access/access.ts'
import { rightsIn } from './access/rights/rights-in.ts'
import { challengeOf } from './access/callers/challenge.ts'
import { baseUrlsOf } from './base-url.ts'
import { askedOnce } from './asked-once.ts'
import type { HubConfig } from './config.ts'
import { fhirAudit, refusalAudit } from './fhir/audit.ts'
import { notingEmergencies } from './fhir/emergency.ts'
import { fhirDoor } from './fhir/door.ts'
import { createPageLinks } from './fhir/search/page-links.ts'
import { shareReads } from './fhir/shared-reads.ts'
import { endpointRules } from './fhir/subscription/endpoint-rules.ts'
import { createValidator } from './fhir/validate/validator.ts'
import { CARE_FLOWS } from './flows/care-flows.ts'
import { createAuditor } from './ledger/audit/audit.ts'
import type { Log } from './log.ts'
import type { Sightings } from './monitor/sightings.ts'
import { watchDependencies, watchLedger } from './monitor/gauges.ts'
import { monitorDoor } from './monitor/door.ts'
import type { HubParts } from './parts.ts'
import { checkReadiness, type PartCheck } from './readiness.ts'
import { remembering } from './remembering.ts'
import { contextOf, openContext } from './request.ts'
import { throttleAddresses } from './throttle.ts'

export interface HttpParts extends Pick<HubParts, 'config' | 'db' | 'store' | 'bus' | 'workers' | 'breakers' | 'keys' | 'log' | 'metrics'> {
  /** Throws ledger.disk_full below the free-disk threshold. */
  requireDisk(): void
  /** Told which client asks, once its token is read. */
  sightings?: Pick<Sightings, 'seen'>
  /** Parts beside ledger, store and bus that /ready asks, by name. */
  checks?: Record<string, PartCheck>
}

export interface HttpServer {
  port: number
  /** Ends after the requests in hand; those that hang are cut after five seconds. */
  close(): Promise<void>
}

const GRACE_MS = 5000

/** Resolves once it listens. Throws: config.invalid for keys that cannot be read. */
export async function createHttpServer(parts: HttpParts): Promise<HttpServer> {
  const { host, port, maxConnections } = parts.config.http
  const closing = new AbortController()
  const app = await createApp(parts, closing.signal)
  const server = openServer(parts.config, app, parts.log)
  // Slow senders hold a connection no longer than this; a FHIR body of 25 MB needs less.
  server.requestTimeout = 60_000
  server.headersTimeout = 15_000
  server.keepAliveTimeout = 10_000
  const slowly = remembering(1000)
  const connections = boundConnections(
    server,
    maxConnections,
    () => void slowly('refused', async () => parts.log.warn('connection.refused', { path: 'http', count: maxConnections })),
  )
  // Whoever has shown no token yet gives way: behind a proxy all strangers have one address.
  server.on('request', (request: Request, response: Response) =>
    connections.speaks(request.socket, () => !response.writableFinished && contextOf(request).actor !== undefined),
  )
  await once(server.listen(port, host), 'listening').catch((cause: unknown) => {
    throw new HubError('config.invalid', { path: 'http.port', cause })
  })
  return {
    port,
    async close() {
      closing.abort()
      const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS)
      await new Promise(resolve => server.close(resolve))
      clearTimeout(cut)
    },
  }
}

async function createApp(parts: HttpParts, closing: AbortSignal): Promise<Express> {
  const { config, db, store, bus, workers, breakers, keys, log, metrics } = parts
  const baseUrls = baseUrlsOf(config)
  // One chain of audit rows per process: two processes of one machine cannot share a port.
  const auditor = createAuditor(db, `${hostname()}:${config.http.port}`)
  const checks: Record<string, PartCheck> = {
    ledger: () => db.query('select 1').then(() => undefined),
    store: () => store.health(),
    bus: () => bus.health(),
    ...parts.checks,
  }
  const readiness = askedOnce(() => checkReadiness(checks))
  watchLedger(metrics, db)
  watchDependencies(metrics, breakers, readiness)

  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', false)
  app.use(openContext, answered(parts), helmet({ strictTransportSecurity: config.http.certFile !== undefined }))
  app.get('/health', (_request, response) => void response.json({ status: 'up' }))
  app.get('/ready', async (_request, response) => {
    const { isReady, parts: each } = await readiness()
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not-ready', parts: each })
  })
  app.get('/metrics', async (_request, response) => {
    const page = await metrics.page()
    response.type(page.contentType).send(page.text)
  })
  const { tokens, router: auth } = openAccess({ config, db, store, auditor, log, metrics, baseUrls: () => baseUrls })
  app.use('/auth', throttleAddresses(100), auth)
  const pageLinks = createPageLinks(keys.reference('fhir.page-links'))
  const baseUrl = (): string => `${baseUrls[0]}/fhir`
  const validator = createValidator({ store, environment: config.environment })
  const writes = { config, db, store, rights: rightsIn(db), workers, keys, metrics, baseUrl, validator, flows: CARE_FLOWS }
  const rights = rightsIn(db, config.emergency)
  app.use(
    '/fhir',
    fhirDoor({
      store,
      reads: shareReads(store),
      rights,
      auditTrail: db,
      writes,
      subscriptions: {
        db,
        endpoints: endpointRules(config),
        most: config.limits.subscriptionsPerClient,
        baseUrl,
        structureOf: async actor => (await rights.partyOf(actor)).structures[0],
        form: validator.form,
      },
      tokens,
      mostAtOnce: config.http.maxConnections / 2,
      pageLinks,
      requireDisk: parts.requireDisk,
      refused: refusalAudit(auditor),
      audit: notingEmergencies(fhirAudit(auditor), { db: db.doors, log }),
      baseUrl,
      log,
      product: config.product,
    }),
  )
  app.use('/monitor', monitorDoor({ config, db, store, workers: parts.workers, keys, tokens, auditor, writes, readiness, closing }))
  app.use(() => {
    throw new HubError('fhir.path_unknown')
  })
  app.use(faults(log))
  return app
}

function openServer({ http: { certFile, keyFile, clientCaFile, clientCrlFile } }: HubConfig, app: Express, log: Log): http.Server | https.Server {
  const limits = { maxHeaderSize: 16_384, connectionsCheckingInterval: 5000 }
  if (certFile === undefined || keyFile === undefined) return http.createServer(limits, app)
  const read = (): SecureContextOptions => ({
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    ...authoritiesIn(clientCaFile),
    ...revokedIn(clientCrlFile),
  })
  // Whoever shows none may still ask for health and metadata: the token endpoint is where a certificate is demanded.
  const clientCertificates = clientCaFile === undefined ? {} : { requestCert: true, rejectUnauthorized: false }
  const server = https.createServer({ ...limits, ...clientCertificates, ...read(), minVersion: 'TLSv1.2', handshakeTimeout: 15_000 }, app)
  const told: Renewal['told'] = (event, reason) => log[reason === undefined ? 'info' : 'warn'](event, { path: 'http', ...reason })
  renewTls(server, { files: [certFile, keyFile, clientCaFile, clientCrlFile].filter(file => file !== undefined), read, told })
  return server
}

/** One line and one sample per answer: the area and the route's kind, never the address that was asked. */
function answered({ log, metrics, sightings }: Pick<HttpParts, 'log' | 'metrics' | 'sightings'>): RequestHandler {
  return (request, response, next) => {
    const from = performance.now()
    const area = /^\/(fhir|monitor|auth)(?=\/|\?|$)/.exec(request.url)?.[1] ?? 'health'
    response.on('close', () => {
      // What is told for as long as somebody looks takes no time; whoever gave up waiting was not answered.
      const isStream = response.getHeader('Content-Type') === 'text/event-stream'
      const status = response.writableFinished || isStream ? response.statusCode : 499
      const durationMs = Math.round(performance.now() - from)
      const { requestId, traceparent, actor } = contextOf(request)
      if (actor !== undefined) sightings?.seen(actor.clientId)
      if (!isStream) metrics.answered(area, request.method, status, durationMs / 1000)
      if (area === 'health') return
      log.info('request.answered', {
        route: area,
        method: request.method,
        status,
        durationMs,
        requestId,
        traceId: traceparent.slice(3, 35),
        client: actor?.clientId,
      })
    })
    next()
  }
}

/** Outside of /fhir an error is a small JSON object. */
function faults(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined
    const fault = status !== undefined && status < 500 ? new HubError('fhir.request', { cause: error }) : toHubError(error)
    const { requestId } = contextOf(request)
    if (fault.kind !== 'reject') log.error('request.failed', fault, { requestId })
    if (response.headersSent) return void response.destroy()
    const { http: answer, text } = ERRORS[fault.code]
    const challenge = challengeOf(fault)
    if (challenge !== undefined) response.set('WWW-Authenticate', challenge)
    if (answer === 503 && !response.hasHeader('Retry-After')) response.set('Retry-After', '5')
    response.status(answer).json({ error: fault.code, text, ...(fault.path === undefined ? {} : { path: fault.path }), requestId })
  }
}
