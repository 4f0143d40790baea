/*
  Certificates for tests, made at run time with openssl: an authority and what it signs, in a folder of their own.
*/
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CertificateFiles {
  certFile: string
  keyFile: string
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

export function makeAuthority(folder: string): CertificateFiles {
  const files = { certFile: join(folder, 'authority.crt.pem'), keyFile: join(folder, 'authority.key.pem') }
  openssl(['req', '-x509', ...KEY, '-keyout', files.keyFile, '-out', files.certFile, '-days', '2', '-subj', '/CN=authority of a test'])
  return files
}

/** A certificate for localhost, signed by the authority; the same name replaces the files. */
export function issue(folder: string, authority: CertificateFiles, { name, days = 2 }: { name: string; days?: number }): CertificateFiles {
  const at = (end: string): string => join(folder, `${name}.${end}`)
  openssl(['req', ...KEY, '-keyout', at('key.pem'), '-out', at('csr.pem'), '-subj', `/CN=${name}`])
  writeFileSync(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  const by = ['-CA', authority.certFile, '-CAkey', authority.keyFile, '-CAcreateserial', '-extfile', at('ext')]
  openssl(['x509', '-req', '-in', at('csr.pem'), ...by, '-days', String(days), '-out', at('crt.pem')])
  return { certFile: at('crt.pem'), keyFile: at('key.pem') }
}

/** The authority's list of revoked certificates, with these in it; again replaces it. Out: its file. */
export function revoke(folder: string, authority: CertificateFiles, certificates: readonly CertificateFiles[]): string {
  const [cnf, index, list] = ['ca.cnf', 'ca.index', 'revoked.crl.pem'].map(name => join(folder, name)) as [string, string, string]
  writeFileSync(cnf, `[ca]\ndefault_ca=a\n[a]\ndatabase=${index}\ndefault_md=sha256\n`)
  writeFileSync(index, '')
  const by = ['ca', '-config', cnf, '-cert', authority.certFile, '-keyfile', authority.keyFile]
  for (const { certFile } of certificates) openssl([...by, '-revoke', certFile])
  openssl([...by, '-gencrl', '-crldays', '2', '-out', list])
  return list
}

const openssl = (args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' })
