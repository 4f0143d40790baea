/*
  Configuration of how people log in at the monitor: an OpenID Connect provider, and what its claims mean here.
*/
import { z } from 'zod'
import { isSafeUrl } from '../../loopback.ts'

const claim = z.string().min(1)

const claims = z
  .strictObject({
    name: claim.default('preferred_username').describe('Name under which the audit knows him.'),
    role: claim.default('role').describe('His role or list of roles; a dot leads into an object: realm_access.roles.'),
    territory: claim.default('territory').describe('The one territory he sees; without it all, but no observer is without one.'),
  })
  .prefault({})

const roles = z
  .strictObject({
    observer: claim.default('observer').describe('Looks at his territory; values and traits stay hidden.'),
    operator: claim.default('operator').describe('Looks, shows what is hidden for a reason, repairs.'),
    'privacy-officer': claim.default('privacy-officer').describe('Looks, shows what is hidden for a reason, reads the record of repairs.'),
  })
  .prefault({})

export const login = z
  .strictObject({
    issuer: z.url().refine(isSafeUrl, { error: 'needs https elsewhere than on loopback' }).describe('Its issuer; the rest is discovered there.'),
    clientId: z.string().min(1).describe('Name of the hub at the provider; it takes people back to /monitor/callback.'),
    clientSecretFile: z.string().min(1).optional().describe('Secret of the hub at the provider; without it PKCE alone.'),
    scope: z.string().min(1).default('openid profile').describe('What the provider is asked for.'),
    claims: claims.describe('Names of the claims that are read.'),
    roles: roles.describe('What the provider calls each role; of several the first counts: operator, privacy officer, observer.'),
    idleMinutes: z.int().min(1).max(720).default(30).describe('A session ends when nothing was asked for so long, minutes.'),
    maxHours: z.int().min(1).max(72).default(10).describe('A session ends after this time at the latest, hours.'),
  })
  .describe('How people log in at the monitor; without it only clients with a token look.')

export type LoginConfig = z.infer<typeof login>
