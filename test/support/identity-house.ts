/*
  A hospital that sends changes of identity to the sandbox, and what is found of its patients afterwards.
*/
import type { Bundle, Patient, Task } from 'fhir/r4.js'
import { TEST_IPP } from './cda.ts'
import { type Pid, writeIdentity } from './identity-messages.ts'
import { ownPersons, testIns } from './letters.ts'
import { completeFlow, exchange, getJson, readSandbox, type SandboxFile, token } from './sandbox.ts'

type Stored = Patient & { id: string }

export interface IdentityHouse {
  /** Part of every number and control id of this run. */
  turn: string
  open(): Promise<{ sandbox: SandboxFile; operator: string }>
  fresh(): { ipp: string; ins: string }
  /** In: `former` is MRG-1. Out: MSA and ERR, once everything is done. */
  send(trigger: string, pids: Pid[], former?: string): Promise<string>
  /** Who has this number, before those who were merged. */
  patientOf(ipp: string): Promise<Stored>
  read(id: string): Promise<Stored>
  tasksOf(patient: string): Promise<Task['status'][]>
}

export function identityHouse(prefix: string): IdentityHouse {
  const turn = Date.now().toString(36)
  const person = ownPersons()
  let count = 0
  let opened: Promise<{ sandbox: SandboxFile; operator: string }> | undefined
  const open = () => {
    const sandbox = readSandbox()
    opened ??= token(sandbox, 'operator').then(operator => ({ sandbox, operator }))
    return opened
  }
  const inStore = async <R>(path: string): Promise<R> => getJson<R>(`${(await open()).sandbox.hapi}/${path}`)
  return {
    turn,
    open,
    fresh() {
      count += 1
      return { ipp: `IPP-${prefix}-${turn}-${count}`, ins: testIns(person + count) }
    },
    async send(trigger, pids, former) {
      count += 1
      const { sandbox, operator } = await open()
      const controlId = `${prefix}-${turn}-${count}`
      const answer = await exchange(sandbox.mllp, writeIdentity(trigger, { controlId, pids, ...(former === undefined ? {} : { former }) }))
      if (answer.includes('MSA|AA')) await completeFlow(sandbox, operator, controlId)
      return answer
        .split('\r')
        .filter(line => /^(MSA|ERR)/.test(line))
        .join('\n')
    },
    async patientOf(ipp) {
      const { entry = [] } = await inStore<Bundle<Stored>>(`Patient?identifier=urn:oid:${TEST_IPP.root}|${ipp}`)
      const found = entry.flatMap(({ resource }) => resource ?? [])
      const own = found.find(one => one.active !== false) ?? found[0]
      if (own === undefined) throw new Error('nobody has this number')
      return own
    },
    read: id => inStore<Stored>(`Patient/${id}`),
    async tasksOf(patient) {
      const { entry = [] } = await inStore<Bundle<Task>>(`Task?patient=${patient}`)
      return entry.flatMap(({ resource }) => resource?.status ?? [])
    },
  }
}
