/*
  The files of a configuration, before the hub needs them: each can be read; certificates, keys, authorities and lists fit together and have not ended.
*/
import type { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { certificatesIn, listsIn, revokedIn, subjectOf } from '../../connectors/trust.ts'
import { filesNamed } from '../config-files.ts'
import type { ConfigFault, HubConfig } from '../config.ts'

export function faultsOfFiles(config: HubConfig, now = new Date()): ConfigFault[] {
  const faults: ConfigFault[] = []
  /** Undefined for what is a fault. */
  const tell = <T>(path: string, text: string, read: () => T): T | undefined => {
    try {
      return read()
    } catch (fault) {
      faults.push({ path, text: fault instanceof Error && 'code' in fault ? `${text} (${fault.code})` : text })
      return undefined
    }
  }
  const sets = new Map<string, TlsFiles>()
  for (const { path, file, kind } of filesNamed(config)) {
    if (tell(path, 'cannot be read', () => readFileSync(file)) === undefined) continue
    const [set, part] = [path.slice(0, path.lastIndexOf('.')), /(cert|key|ca|crl)File$/i.exec(path)?.[1]?.toLowerCase()]
    if (part !== undefined) sets.set(set, { ...sets.get(set), [part]: { path, file } })
    const certificates = kind === 'certificates' ? (tell(path, 'holds no certificate', () => certificatesIn(file)) ?? []) : []
    const amiss = certificates.flatMap(one => notNow(one, now))
    // Of many authorities some have ended: the others count.
    if (part !== 'ca' || amiss.length === certificates.length) faults.push(...amiss.map(text => ({ path, text })))
  }
  for (const { cert, key, ca, crl } of sets.values()) {
    if (cert !== undefined && key !== undefined)
      tell(key.path, 'is not the key of the certificate', () => createSecureContext({ cert: readFileSync(cert.file), key: readFileSync(key.file) }))
    if (crl !== undefined) faults.push(...(tell(crl.path, 'holds no list', () => faultsOfLists({ crl, ca, now })) ?? []))
  }
  return faults
}

function notNow({ validFrom, validTo }: X509Certificate, now: Date): string[] {
  if (new Date(validTo) <= now) return [`a certificate ended on ${validTo}`]
  return new Date(validFrom) > now ? [`a certificate counts only from ${validFrom}`] : []
}

type TlsFiles = Partial<Record<'cert' | 'key' | 'ca' | 'crl', Named>>
interface Named {
  path: string
  file: string
}

/** Throws for a file in which TLS finds no list. */
function faultsOfLists({ crl, ca, now }: { crl: Named; ca: Named | undefined; now: Date }): ConfigFault[] {
  createSecureContext(revokedIn(crl.file))
  const lists = listsIn(crl.file)
  const ended = lists.flatMap(({ endsAt }) =>
    endsAt !== undefined && endsAt <= now ? [`a list ended on ${endsAt.toISOString()}: nobody of its authority is taken`] : [],
  )
  const authorities = ca === undefined ? [] : certificatesIn(ca.file)
  const without = authorities
    .filter(authority => !lists.some(({ issuer }) => subjectOf(authority)?.equals(issuer)))
    .map(({ subject }) => `there is no list of ${subject.replaceAll('\n', ', ')}: nobody of it is taken`)
  return [...ended, ...without].map(text => ({ path: crl.path, text }))
}
