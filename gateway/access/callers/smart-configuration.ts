/*
  What SMART clients look up before they ask for a token: `[base]/.well-known/smart-configuration`.
*/
import { does, servedTypes, type ServedType } from '../../fhir/types.ts'
import { CLIENT_CREDENTIALS, TOKEN_EXCHANGE } from './token-endpoint.ts'

export function smartConfiguration(baseUrl: string): Record<string, unknown> {
  return {
    token_endpoint: `${baseUrl}/auth/token`,
    jwks_uri: `${baseUrl}/auth/jwks`,
    grant_types_supported: [CLIENT_CREDENTIALS, TOKEN_EXCHANGE],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    scopes_supported: ['system', 'user', 'patient'].flatMap(context => servedTypes.map(type => `${context}/${type}.${lettersOf(type)}`)),
    capabilities: ['client-confidential-asymmetric', 'permission-v2', 'permission-user', 'permission-patient'],
  }
}

const LETTERS = { create: 'c', read: 'r', update: 'u', delete: 'd', 'search-type': 's' } as const

function lettersOf(type: ServedType): string {
  const letters = Object.entries(LETTERS) as [keyof typeof LETTERS, string][]
  return letters.map(([interaction, letter]) => (does(type, interaction) ? letter : '')).join('')
}
