// What is used of oidc-provider, which has no types of its own.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export class Provider {
    constructor(issuer: string, configuration: object)
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ uid: string }>
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
    Grant: new (
      of: object,
    ) => { addOIDCScope(scope: string): void; save(): Promise<string> }
  }

  export const interactionPolicy: {
    base(): { get(prompt: string): { checks: { add(check: object): void } }; remove(prompt: string): void }
    Check: new (reason: string, description: string, needsPrompt: (context: { oidc: { result?: { login?: object } } }) => boolean) => object
  }
}
