/*
  What the hub is measured against on its way to the store: the transactions it would make, posted to HAPI directly by as many senders.
*/
import type pg from 'pg'
import { type Entry, replaceIds, writeTransaction } from '../../gateway/store/bundle.ts'
import type { ClaimKeys } from '../../gateway/ledger/identity/identity.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { cpuSeconds } from './hub-process.ts'

/** The lanes that a hub works on at once, by default. */
export const SENDERS = 6
const LONGEST_MS = 300_000

export interface Side {
  perSecond: number
  cpuSecondsEach: number
}

export interface Transaction {
  claims: readonly ClaimKeys[]
  entries: readonly Entry[]
}

/** Posts what the hub would: what is shared once, each person once. */
export function createDirect(sandbox: SandboxFile, make: () => Transaction): (count: number) => Promise<Side> {
  const known = new Map<string, string>()
  return async count => {
    const bundles = Array.from({ length: count }, () => bundleOf(make(), known))
    const hapi = pidOf(sandbox, 'hapi')
    const [first] = bundles.splice(0, 1)
    if (first !== undefined) await post(sandbox, first)
    const cpu = cpuSeconds(hapi)
    const start = performance.now()
    const posted = bundles.length
    await Promise.all(
      Array.from({ length: SENDERS }, async () => {
        for (let bundle = bundles.pop(); bundle !== undefined; bundle = bundles.pop()) await post(sandbox, bundle)
      }),
    )
    return { perSecond: (posted * 1000) / (performance.now() - start), cpuSecondsEach: (cpuSeconds(hapi) - cpu) / posted }
  }
}

function bundleOf({ claims, entries }: Transaction, known: Map<string, string>): Uint8Array {
  const actual = new Map<string, string>()
  const created: Entry[] = []
  for (const claim of claims) {
    const there = idOf(claim, known)
    actual.set(claim.id, there ?? claim.id)
    if (there === undefined) created.push({ type: claim.type, id: claim.id, json: Buffer.from(claim.creation) })
    for (const key of keysOf(claim)) known.set(key, there ?? claim.id)
  }
  return writeTransaction([...created, ...entries].map(entry => ({ ...entry, json: replaceIds(entry.json, actual) })))
}

const keysOf = ({ type, keys }: ClaimKeys): string[] => keys.map(key => `${type} ${key.system}|${key.value}`)

function idOf(claim: ClaimKeys, known: Map<string, string>): string | undefined {
  return keysOf(claim)
    .map(key => known.get(key))
    .find(id => id !== undefined)
}

async function post(sandbox: SandboxFile, bundle: Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/fhir+json', prefer: 'return=minimal' }
  const answer = await fetch(sandbox.hapi, { method: 'POST', headers, body: Buffer.from(bundle) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`HAPI answered ${answer.status}: ${text.slice(0, 300)}`)
}

export async function untilQuiet(ledger: pg.Client): Promise<void> {
  await until('every lane', async () => {
    const { rows } = await ledger.query<{ open: boolean }>(
      "select exists (select from lane where state = 'ready') or exists (select from planning where planned_at is null) as open",
    )
    return rows[0]?.open === false
  })
}

export async function until(what: string, isThere: () => Promise<boolean>, lookMs = 20): Promise<void> {
  const end = performance.now() + LONGEST_MS
  while (!(await isThere())) {
    if (performance.now() > end) throw new Error(`not seen in time: ${what}`)
    await new Promise(resolve => setTimeout(resolve, lookMs))
  }
}

export function pidOf(sandbox: SandboxFile, part: string): number {
  const pid = sandbox.pids[part]
  if (pid === undefined) throw new Error(`${part} does not run`)
  return pid
}
