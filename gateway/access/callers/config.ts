/*
  Configuration of who may call: registered clients, and the identity providers that vouch for humans.
*/
import { z } from 'zod'
import { isSafeUrl } from '../../loopback.ts'
import { finess, id } from '../../partner-config.ts'

const keySource = {
  jwks: z
    .strictObject({ keys: z.array(z.record(z.string(), z.unknown())).describe('JWKs (RFC 7517).') })
    .optional()
    .describe('Its public keys, inline.'),
  jwksFile: z.string().min(1).optional().describe('File with its public keys (JWKS), read again when it changes.'),
  jwksUri: z.url().optional().describe('Address of its public keys (JWKS), https; http on loopback only.'),
}

const claims = z.strictObject({
  idNatPs: z.string().default('SubjectNameID').describe('idNatPs of a professional.'),
  role: z.string().default('SubjectRole').describe('Profession, `<code>^<OID>`, or a list of them.'),
  practice: z.string().default('SubjectRefPro').describe('Where he practises: exercices[].activities[].'),
  structure: z.string().default('SubjectOrganizationID').describe('idNatSt of his structure, where `practice` does not say it.'),
  reason: z.string().default('Mode_Acces_Raison').describe('Why he breaks the glass.'),
  acr: z.string().default('acr').describe('Strength of the authentication.'),
  ins: z.string().default('ins').describe('Matricule INS of a citizen.'),
  relative: z.string().default('relative').describe('`system|value` of the RelatedPerson a citizen is.'),
})

export const client = z
  .strictObject({
    clientId: id.describe('client_id of the SMART backend service.'),
    name: z.string().min(1).describe('Name shown to people.'),
    kind: z
      .enum(['hospital', 'dac', 'gp-portal', 'social', 'cpts', 'citizen-portal', 'observatory', 'operator'])
      .describe('Kind of client; `operator` reads the monitor.'),
    structure: finess.optional().describe('FINESS number of its structure.'),
    scopes: z.string().describe('Scopes it may ask for, separated by blanks: SMART v2, `hub/monitor` for an operator.'),
    guide: z.enum(['cds']).optional().describe('The one national guide it speaks: cds (Cercle de soins) changes a CareTeam without If-Match.'),
    ...keySource,
    certificate: z.enum(['valid', 'expired']).default('valid').describe('State of its client certificate, where a proxy ends TLS.'),
    requestsPerSecond: z.int().min(1).optional().describe('How fast it may ask, instead of limits.requestsPerSecond.'),
  })
  .superRefine(requireKeys)

export const issuer = z
  .strictObject({
    issuer: z.string().min(1).describe('`iss` of its tokens.'),
    kind: z.enum(['professional', 'citizen']).describe('Whom it vouches for: professionals become user tokens, citizens patient tokens.'),
    ...keySource,
    audience: z.array(z.string().min(1)).min(1).describe('`aud` of its tokens: one of the names our clients have at it.'),
    acr: z.array(z.string().min(1)).default(['eidas1', 'eidas2', 'eidas3']).describe('Strengths of authentication that are enough; empty: any.'),
    claims: claims.prefault({}).describe('Names of the claims that are read; by default those of Pro Santé Connect.'),
  })
  .superRefine(requireKeys)

export type ClientConfig = z.infer<typeof client>
export type IssuerConfig = z.infer<typeof issuer>
export type KeySource = Pick<ClientConfig, keyof typeof keySource>

function requireKeys({ jwks, jwksFile, jwksUri }: KeySource, context: z.RefinementCtx): void {
  const given = [jwks, jwksFile, jwksUri].filter(one => one !== undefined).length
  if (given !== 1) context.addIssue({ code: 'custom', message: 'needs one of jwks, jwksFile and jwksUri' })
  if (jwksUri !== undefined && !isSafeUrl(jwksUri)) context.addIssue({ code: 'custom', path: ['jwksUri'], message: 'needs https elsewhere than on loopback' })
}
