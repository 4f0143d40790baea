/*
  The sandbox's own identity providers: what they would say of the human that the command names, signed with their keys.
*/
import { SignJWT } from 'jose'
import { CommandError } from './command-error.ts'
import type { Hub } from './sandbox.ts'
import { readSigner } from './signer.ts'

/** Options of `hub token` that name a human. */
export interface Human {
  user?: string
  role?: string
  structure?: string
  person?: string
  relative?: string
}

/** Undefined where nobody is named. */
export async function subjectToken({ issuers }: Hub, human: Human): Promise<string | undefined> {
  const { user, role, structure, person, relative } = human
  if (user === undefined && person === undefined && relative === undefined) return undefined
  const kind = user === undefined ? 'citizen' : 'professional'
  const issuer = issuers.find(one => one.kind === kind)
  if (issuer === undefined) throw new CommandError(`this sandbox has no identity provider for a ${kind}`)
  const claims = user === undefined ? { ins: person, relative } : professional(user, role, structure)
  const { algorithm, kid, key } = await readSigner(issuer.key)
  return new SignJWT({ acr: 'eidas2', ...claims })
    .setProtectedHeader({ alg: algorithm, kid })
    .setIssuer(issuer.issuer)
    .setAudience(issuer.audience)
    .setSubject(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('2m')
    .sign(key)
}

/** OIDs of the code systems of JDV_J106 beside TRE_G15, by code. */
const NOT_HEALTH: Record<string, string> = {
  41: '1.2.250.1.213.1.6.1.4',
  71: '1.2.250.1.213.1.6.1.109',
  72: '1.2.250.1.213.1.6.1.109',
  73: '1.2.250.1.213.1.6.1.109',
  93: '1.2.250.1.213.1.6.1.109',
  99: '1.2.250.1.213.1.6.1.140',
}
const HEALTH = '1.2.250.1.71.1.2.7'

function professional(user: string, role: string | undefined, structure: string | undefined): Record<string, unknown> {
  const profession = role === undefined || role.includes('^') ? role : `${role}^${NOT_HEALTH[role] ?? HEALTH}`
  return { SubjectNameID: user, SubjectRole: profession === undefined ? undefined : [profession], SubjectOrganizationID: structure }
}
