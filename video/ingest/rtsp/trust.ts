import { isIP } from 'node:net'
import { X509Certificate } from 'node:crypto'
import { checkServerIdentity, connect, rootCertificates, type TLSSocket } from 'node:tls'

const inPem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
/** Of each certificate that stands in a PEM text and can be read. */
const fingerprintsIn = (pem: string) => new Set((pem.match(inPem) ?? []).flatMap((one) => { try { return [new X509Certificate(one).fingerprint256] } catch { return [] } }))

/** 可信的摄像机 — TLS to somebody whom an authority of this machine vouches for, or whose own certificate (or its authority's) was handed in. A camera signs its own and knows no name of
    its own: one that is known to the letter is that camera, under whatever address it answers. */
export function dialTrusted({ host, port }: { host: string; port: number }, pem: string | undefined): TLSSocket {
  const known = fingerprintsIn(pem ?? '')
  return connect({
    host, port, ...(isIP(host) === 0 && { servername: host }), ...(known.size > 0 && { ca: [...rootCertificates, ...pem!.match(inPem)!] }),
    checkServerIdentity: (name, certificate) => known.has(certificate.fingerprint256) ? undefined : checkServerIdentity(name, certificate),
  })
}
/** Whether a line ended because whoever answered could not be believed. */
export const isDistrust = (error: Error & { code?: string }) => /CERT|ISSUER|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(error.code ?? '')
