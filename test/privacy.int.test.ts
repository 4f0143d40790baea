import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { LETTER } from '../gateway/demo/letter-header.ts'
import { letterOf, testIns } from './support/letters.ts'
import { completeFlow, eventually, exchange, readSandbox, token } from './support/sandbox.ts'

describe('nobody is named where nobody may be', () => {
  it('after a whole journey, a bounce and a refusal, no log line, metric or Kafka message holds an identity', async () => {
    const sandbox = readSandbox()
    const run = Date.now().toString(36)
    const controlId = `PRIV-${run}`
    const recipients = [`priv.${run}@test.mssante.fr`, `inconnu.${run}@test.mssante.fr`, `refuse.${run}@test.mssante.fr`]
    const letter = letterOf({ controlId, person: 9001, to: recipients })
    expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA|')
    const refused = Buffer.from(letterOf({ controlId: `${controlId}-R`, person: 9002, to: recipients }).bytes)
      .toString('utf8')
      .replace('2.1^CISIS_CDA_HL7_V2', '9.9^CISIS_CDA_HL7_V2')
    expect(await exchange(sandbox.mllp, Buffer.from(refused, 'utf8'))).toContain('MSA|AE|')
    const operator = await token(sandbox, 'operator')
    await completeFlow(sandbox, operator, controlId)
    const bearer = await token(sandbox, 'dac')
    await fetch(`${sandbox.fhir}/Patient?identifier=${letter.ins}&family=${LETTER.patient.family}`, { headers: { authorization: `Bearer ${bearer}` } })

    const forbidden = [letter.ins, testIns(9002), letter.ipp, 'IPP-T9002', ...recipients, ...LOOSE]
    const hits: string[] = []
    const logs = join(process.env['HUB_DATA_DIR'] ?? '.hub', 'logs')
    for (const file of readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.log'))) {
      for (const [index, line] of readFileSync(join(logs, file), 'utf8').split('\n').entries()) {
        // The mail operator is a stand-in of a partner: it has its own trace duty (ECO.4.1) and its own log.
        if (!/mail|partners/.test(file) && forbidden.some(word => line.includes(word))) hits.push(`${file}:${index + 1}`)
      }
    }
    expect(hits).toEqual([])
    const metrics = await (await fetch(`${sandbox.http}/metrics`)).text()
    expect(forbidden.filter(word => metrics.includes(word))).toEqual([])
    const messages = await allMessages(sandbox.kafka)
    expect(messages.length).toBeGreaterThan(0)
    expect(messages.filter(text => forbidden.some(word => text.includes(word)))).toEqual([])
  })
})

const LOOSE = [LETTER.patient.family, 'Mirabelles', LETTER.signer.family, LETTER.physician.family, 'XDM/1.0/DDM']

async function allMessages(broker: string): Promise<string[]> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const topics = (await admin.listTopics()).filter(topic => topic.startsWith('hub.'))
  let wanted = 0
  for (const topic of topics) for (const partition of await admin.fetchTopicOffsets(topic)) wanted += Number(partition.high) - Number(partition.low)
  await admin.disconnect()
  const messages: string[] = []
  const consumer = kafka.consumer({ groupId: `privacy-${crypto.randomUUID()}` })
  await consumer.connect()
  for (const topic of topics) await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void messages.push(`${message.key} ${message.value} ${JSON.stringify(message.headers)}`) })
  await eventually('all Kafka messages', async () => (messages.length >= wanted ? true : undefined))
  await consumer.disconnect()
  return messages
}
