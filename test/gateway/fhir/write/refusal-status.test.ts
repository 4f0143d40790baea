import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, describe, expect, it } from 'vitest'
import { HubError } from '../../../../profiles/errors.ts'
import { tokenEndpoint } from '../../../../gateway/access/callers/token-endpoint.ts'
import { createTokens } from '../../../../gateway/access/callers/tokens.ts'
import { configSchema } from '../../../../gateway/config.ts'
import { fhirDoor } from '../../../../gateway/fhir/door.ts'
import type { FhirParts } from '../../../../gateway/fhir/parts.ts'
import { checkForm } from '../../../../gateway/fhir/validate/form.ts'
import { createLog } from '../../../../gateway/log.ts'
import { openContext } from '../../../../gateway/request.ts'
import { clientsOf, makeClient, makeSigningKeys, rememberJtis } from '../../../support/clients.ts'
import { authorOfAll } from '../../../support/rights.ts'

// A refused transaction of the guides of a circle: 4xx, or the 500 they ask for where it is configured; nothing here comes as far as the ledger or the store.

const client = await makeClient({ clientId: 'circle', scopes: 'system/CareTeam.crs' })
const clients = clientsOf(client)
const tokens = createTokens(await makeSigningKeys(), clients)
const servers: { close(): void }[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

/** A door whose configuration says this of the national guides. */
async function doorWith(cds: object, audit = async (): Promise<void> => undefined): Promise<(bundle: unknown) => Promise<{ status: number; type?: string }>> {
  const app = express()
  const server = app.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  servers.push(server)
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const parts = {
    rights: authorOfAll(),
    tokens,
    log: createLog({ level: 'silent' }),
    product: { name: 'hub', version: '0' },
    baseUrl: () => `${base}/fhir`,
    audit,
    refused: async () => undefined,
    requireDisk: () => undefined,
    writes: { config: { cds: configSchema.shape.cds.parse(cds) }, validator: { form: checkForm } },
  }
  app.use(openContext)
  app.use('/auth', tokenEndpoint({ clients, tokens, useOnce: rememberJtis(), baseUrls: () => [base] }))
  app.use('/fhir', fhirDoor(parts as unknown as FhirParts))
  const form = { grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }
  const granted = await fetch(`${base}/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_assertion: await client.assert(`${base}/auth/token`) }),
  })
  const { access_token: token } = (await granted.json()) as { access_token: string }
  return async bundle => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' }
    const reply = await fetch(`${base}/fhir`, { method: 'POST', headers, body: typeof bundle === 'string' ? bundle : JSON.stringify(bundle) })
    const { resourceType } = (await reply.json()) as { resourceType?: string }
    return { status: reply.status, ...(resourceType === undefined ? {} : { type: resourceType }) }
  }
}

const bundle = (profile: unknown, rest: object = {}): object => ({
  resourceType: 'Bundle',
  type: 'transaction',
  meta: { profile },
  entry: [{ request: { method: 'POST', url: 'CareTeam' }, resource: { resourceType: 'CareTeam', status: 'begun' } }],
  ...rest,
})
const CIRCLE = 'https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-bundle-transaction-creation'
const NOTEBOOK = 'https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-bundle-creation-note'
const SHARED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle'

describe('a refused transaction', () => {
  it.each([[[CIRCLE]], [[NOTEBOOK]], [[SHARED]]])('of %s is answered 4xx unless the configuration says otherwise', async profile => {
    const send = await doorWith({})
    expect(await send(bundle(profile))).toEqual({ status: 422, type: 'OperationOutcome' })
  })

  it.each<[string, number, unknown]>([
    ['of Cercle de soins', 500, bundle([CIRCLE])],
    ['of Cahier de liaison', 500, bundle([NOTEBOOK])],
    ['that says so beside another profile', 500, bundle([SHARED, CIRCLE])],
    ['whose profile is of a wrong form', 500, bundle(CIRCLE)],
    ['of another guide', 422, bundle([SHARED])],
    ['of no guide', 422, bundle(undefined)],
    ['whose meta is nothing', 422, bundle(undefined, { meta: null })],
    ['that is none, but of another type', 422, bundle([CIRCLE], { type: 'document' })],
    ['that is no JSON', 400, `{"resourceType":"Bundle","meta":{"profile":["${CIRCLE}"]}`],
  ])('with cds.transactionErrorStatus: one %s is answered %i', async (_what, status, sent) => {
    const send = await doorWith({ transactionErrorStatus: 500 })
    expect(await send(sent)).toEqual({ status, type: 'OperationOutcome' })
  })

  it.each([
    ['ledger.unavailable', 503],
    ['fhir.throttled', 429],
  ] as const)('with it, one that may come again (%s) is told so: %i', async (code, status) => {
    const send = await doorWith({ transactionErrorStatus: 500 }, () => Promise.reject(new HubError(code)))
    expect(await send(bundle([CIRCLE]))).toEqual({ status, type: 'OperationOutcome' })
  })
})
