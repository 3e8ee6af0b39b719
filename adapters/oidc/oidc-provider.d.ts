/** What is used of it; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  type Stored = { uid: string; destroy(): Promise<void> }
  export type Grant = { jti: string; addOIDCScope(scope: string): void; save(): Promise<string> }
  export type Interaction = {
    uid: string; exp: number; grantId?: string; prompt: { name: string }; params: { client_id: string; scope?: string; redirect_uri: string }
    session?: { uid: string; accountId: string }
    save(seconds: number): Promise<void>
  }
  export type Context = {
    req: IncomingMessage; type: string; body: unknown
    oidc: { route: string; client: { clientId: string }; session: { uid: string; accountId?: string; grantIdFor(client: string): string | undefined }
      params: { scope?: string }; result?: { login?: { accountId: string }; consent?: { grantId: string } }; provider: Provider }
  }
  export class Provider {
    constructor(issuer: string, configuration: object)
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionResult(request: IncomingMessage, response: ServerResponse, result: object): Promise<string>
    on(event: 'server_error', listener: (context: Context, error: Error) => void): this
    Grant: { new(of: { accountId: string; clientId: string }): Grant; find(id: string): Promise<Grant | undefined> }
    Session: { findByUid(uid: string): Promise<Stored | undefined> }
    Client: { prototype: object }
  }
  type Policy = { get(prompt: string): { checks: { add(check: Check): void } } }
  class Check { constructor(reason: string, description: string, error: string, check: (context: Context) => boolean | Promise<boolean>) }
  export const interactionPolicy: { base(): Policy; Check: typeof Check }
  export default Provider
}
