/*
  A self-signed certificate for the mail operator of the sandbox, made with openssl, or with Java's keytool where there is none.
*/
import { execFileSync } from 'node:child_process'
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findJava } from '../parts/java.mjs'
import { readText, writeAtomically } from '../stack/files.mjs'
import { Stop } from '../stack/terminal.mjs'

const DAYS = 825
const RENEW_BEFORE_MS = 30 * 24 * 3600 * 1000

export function makeCertificate({ keyFile, certificateFile }) {
  if (isUsable(readText(certificateFile), readText(keyFile))) return
  const pair = byOpenssl() ?? byKeytool(dirname(keyFile))
  if (pair === undefined)
    throw new Stop('a certificate for the mail operator could not be made: neither openssl nor keytool (of the JDK) is on the path. Install one of them.')
  writeAtomically(keyFile, pair.key)
  writeAtomically(certificateFile, pair.certificate)
}

function isUsable(certificate, key) {
  if (certificate === undefined || key === undefined) return false
  const x509 = new X509Certificate(certificate)
  return Date.parse(x509.validTo) > Date.now() + RENEW_BEFORE_MS && x509.checkPrivateKey(createPrivateKey(key))
}

function byOpenssl() {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  try {
    const both = execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', String(DAYS), ...subject, '-keyout', '-', '-out', '-'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return { key: block(both, 'PRIVATE KEY'), certificate: block(both, 'CERTIFICATE') }
  } catch {
    return undefined // no openssl, or one without -addext: keytool is next
  }
}

/** keytool only writes key stores: the private key is read from a PKCS#12 by a line of Java. */
function byKeytool(folder) {
  const java = findJava()
  if (java === undefined) return undefined
  const store = join(folder, 'mail-tls.p12')
  const password = randomBytes(18).toString('hex')
  rmSync(store, { force: true })
  try {
    execFileSync(
      join(dirname(java), 'keytool'),
      [
        ...['-genkeypair', '-alias', 'mail', '-keyalg', 'RSA', '-keysize', '2048', '-validity', String(DAYS), '-dname', 'CN=localhost'],
        ...['-ext', 'SAN=dns:localhost,ip:127.0.0.1', '-storetype', 'PKCS12', '-keystore', store, '-storepass', password],
      ],
      { stdio: 'ignore' },
    )
    const source = join(folder, 'ExportKey.java')
    writeAtomically(source, EXPORT)
    const both = execFileSync(java, [source, store], { encoding: 'utf8', input: password })
    rmSync(source, { force: true })
    return { key: block(both, 'PRIVATE KEY'), certificate: block(both, 'CERTIFICATE') }
  } catch {
    return undefined
  } finally {
    rmSync(store, { force: true })
  }
}

const EXPORT = `
import java.io.FileInputStream; import java.security.KeyStore; import java.util.Base64;
class ExportKey { public static void main(String[] a) throws Exception {
  char[] p = new String(System.in.readAllBytes()).toCharArray(); KeyStore k = KeyStore.getInstance("PKCS12");
  try (FileInputStream f = new FileInputStream(a[0])) { k.load(f, p); }
  pem("PRIVATE KEY", k.getKey("mail", p).getEncoded()); pem("CERTIFICATE", k.getCertificate("mail").getEncoded()); }
  static void pem(String n, byte[] b) { System.out.println("-----BEGIN " + n + "-----\\n" + Base64.getMimeEncoder(64, "\\n".getBytes()).encodeToString(b) + "\\n-----END " + n + "-----"); } }
`

function block(text, name) {
  const found = new RegExp(`-----BEGIN ${name}-----[\\s\\S]+?-----END ${name}-----`).exec(text)
  if (found === null) throw new Error(`no ${name} in the answer`)
  return `${found[0]}\n`
}
