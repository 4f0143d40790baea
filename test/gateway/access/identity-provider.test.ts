import { afterAll, describe, expect, it } from 'vitest'
import { issuer } from '../../../gateway/access/callers/config.ts'
import { exchangeFor } from '../../../gateway/access/callers/exchange.ts'
import { readIssuers } from '../../../gateway/access/callers/issuers.ts'
import { PORTAL, startIdentityProvider } from '../../support/identity-provider.ts'

// A whole OpenID provider on the other side: what it publishes and signs is not of our making.

const provider = await startIdentityProvider()
const discovered = (await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json()) as { issuer: string; jwks_uri: string }
const configured = issuer.parse({ issuer: discovered.issuer, kind: 'professional', audience: [PORTAL.client_id], jwksUri: discovered.jwks_uri })
const nobody = { qualifiedPersons: async () => [], relativesOf: async () => [], now: () => new Date() }
const exchange = exchangeFor(
  readIssuers([configured], fault => expect.unreachable(fault.message)),
  nobody,
)
afterAll(() => provider.stop())

const exchanged = (subject_token: string) => {
  const form: Record<string, string> = { subject_token, subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }
  return exchange(name => form[name])
}
const doctor = {
  SubjectNameID: '810000000017',
  SubjectRole: ['10^1.2.250.1.213.1.1.5.5'],
  SubjectRefPro: { exercices: [{ codeProfession: '10', activities: [{ numeroFinessSite: '540990033' }] }] },
}

describe('a professional signed in at an OpenID provider', () => {
  it('is who it says, by the keys it publishes', async () => {
    const user = { idNatPs: '810000000017', profession: '10^1.2.250.1.213.1.1.5.5', structure: '1540990033' }
    await expect(exchanged(await provider.signIn(doctor, 'eidas1'))).resolves.toEqual({ context: 'user', user })
  })

  it('too weakly gets nothing', async () => {
    await expect(exchanged(await provider.signIn(doctor, 'weak'))).rejects.toMatchObject({ code: 'oauth.subject_token', path: 'acr' })
  })
})
