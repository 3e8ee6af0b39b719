import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whose sign-in it hangs on: a session of the house that is whole, and whose person. */
export type Bearer = { person: string; session: string }
/** What a token says of somebody. */
export type Claims = { name: string; department: string; post: string; roles: readonly { role: string; scope: string; of?: string }[] }
export type Pending = { uid: string; prompt: string; client: { id: string; name: string; firstParty: boolean; redirectUri: string }; scopes: readonly string[] }
/** 开放登录 — an OpenID provider over the sign-in of the house. Nobody's password ever reaches it. */
export type OpenId = {
  answer(request: IncomingMessage, response: ServerResponse, bearer: Bearer | undefined): Promise<void>
  /** What a person is being asked; nothing where that is over. */
  pending(request: IncomingMessage, response: ServerResponse): Promise<Pending | undefined>
  /** Where to go on: signed in as the bearer, and allowed or not. */
  finish(request: IncomingMessage, response: ServerResponse, bearer: Bearer, answer: 'signed-in' | 'allowed' | 'denied'): Promise<string>
  /** The session is over: all that hung on it is. */
  ended(session: string): Promise<void>
}
export type OpenIdAsked = {
  issuer: string
  claimsOf(person: string): Promise<Claims | undefined>
  page(title: string, text: string): string
  onError(error: Error): void
}
