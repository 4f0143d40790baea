#!/usr/bin/env node
/*
  An example for partners that follow by Kafka: reads the events of its own topic and prints each once, in the order of each person, whatever comes twice.
    node follow-events.mjs BROKER TOPIC STATE-FILE [COUNT]
  The rule (asyncapi.yaml): delivery is at least once; the record's key is the pseudonym of a person, `sequence` numbers the events of that person:
  what is not above the last one seen is a repetition and is ignored. What was seen is kept in STATE-FILE before the next record is taken, so a restart repeats nothing either.
*/
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Kafka, logLevel } from 'kafkajs'

const [broker, topic, stateFile, count = 'Infinity'] = process.argv.slice(2)
const lastSeen = new Map(existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : [])

function remember(person, sequence) {
  lastSeen.set(person, sequence)
  writeFileSync(`${stateFile}.new`, JSON.stringify([...lastSeen]))
  renameSync(`${stateFile}.new`, stateFile)
}

let taken = 0
const consumer = new Kafka({ brokers: [broker], clientId: 'example', logLevel: logLevel.NOTHING }).consumer({ groupId: `${topic}.example` })
await consumer.connect()
await consumer.subscribe({ topics: [topic], fromBeginning: true })
await consumer.run({
  eachMessage: async ({ message }) => {
    const person = message.key.toString()
    const { sequence, type, subject, data } = JSON.parse(message.value.toString())
    if (sequence <= (lastSeen.get(person) ?? 0)) return
    // What it is about is then read through the FHIR door, under the partner's own rights: GET /fhir/<data.resources[0]>
    process.stdout.write(`${JSON.stringify({ sequence, type, subject, resource: data.resources[0] })}\n`)
    remember(person, sequence)
    taken += 1
    if (taken >= Number(count)) setImmediate(() => consumer.disconnect().then(() => process.exit(0)))
  },
})
