import { readSandbox } from './test/support/sandbox.ts'
import { careHouse } from './test/support/care-house.ts'
import { consent, supportRequest, unscheduledRequest, searchRequest, decision, businessStatus, reason } from './test/support/support-requests.ts'
import { refusals } from './test/support/vendor.ts'
const sandbox = readSandbox('/tmp/support-hub')
const house = await careHouse(sandbox)
const validate = async (r: any) => {
  const profile = r.meta?.profile?.[0]
  const reply = await fetch(`${sandbox.hapi}/${r.resourceType}/$validate${profile ? `?profile=${encodeURIComponent(profile)}` : ''}`, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(r) })
  const o: any = await reply.json()
  console.log('  validate', r.resourceType, r.code?.coding?.[0]?.code ?? r.category?.[0]?.coding?.[0]?.code, o.issue?.filter((i: any) => i.severity !== 'information').map((i: any) => `${i.severity} ${i.expression?.[0]} ${i.diagnostics}`))
}
for (const [who, mt] of [[house.mt, house.mt], [house.nurse, house.mt], [house.nurse, undefined]] as const) {
  const patient = await house.person(mt ? { generalPractitioner: [{ reference: mt }] } : {})
  await house.gp.create(consent(patient, 'information', house.gp.structure))
  const a = await house.gp.send<any>('POST', 'ServiceRequest', { body: supportRequest({ patient, requester: who, performer: house.dac.structure, at: new Date().toISOString() }) })
  console.log(a.status, JSON.stringify(a.status === 201 ? '' : a.body))
  for (const type of ['Task', 'Communication', 'ServiceRequest']) for (const r of await house.gp.search<any>(`${type}?patient=${patient}`)) {
    console.log(type, r.code?.coding?.[0]?.code, r.status, r.businessStatus?.coding?.[0]?.code, r.owner?.reference ?? r.recipient?.[0]?.reference ?? r.performer?.[0]?.reference)
    await validate(r)
  }
}
const patient = await house.person()
const s = await house.gp.send<any>('POST', 'ServiceRequest', { body: unscheduledRequest({ patient, requester: house.mt, performer: house.cpts.structure, at: new Date().toISOString() }) })
console.log(s.status, JSON.stringify(s.status === 201 ? '' : s.body))
const [t] = await house.gp.search<any>(`Task?patient=${patient}`)
await validate(t)
console.log(JSON.stringify(t.extension), t.restriction)
const stat = await house.gp.send<any>('POST', 'ServiceRequest', { body: unscheduledRequest({ patient, requester: house.mt, performer: house.cpts.structure, at: new Date().toISOString() }, { priority: 'stat' }) })
console.log(stat.status, JSON.stringify(stat.body))
const b = await house.dac.put<any>({ ...t, status: 'accepted' })
console.log(b.status, JSON.stringify(b.body))
