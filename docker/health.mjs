/*
  Health check of our own containers: exits 0 if every address given answers. `https://` and `http://` want a 200, `tcp://` a connection.
*/
import { request as http } from 'node:http'
import { request as https } from 'node:https'
import { connect } from 'node:net'

const PATIENCE_MS = 4000

// The certificate is for the hub's public name; here it is only asked on its own loopback.
const get = url =>
  new Promise((resolve, reject) => {
    const ask = url.protocol === 'https:' ? https(url, { rejectUnauthorized: false }) : http(url)
    ask.setTimeout(PATIENCE_MS, () => ask.destroy(new Error('no answer')))
    ask.once('error', reject)
    ask.once('response', ({ statusCode }) => (statusCode === 200 ? resolve() : reject(new Error(`answer ${statusCode}`))))
    ask.end()
  })

const open = url =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), timeout: PATIENCE_MS })
    socket.once('connect', () => resolve(socket.destroy()))
    socket.once('timeout', () => reject(new Error('no answer')))
    socket.once('error', reject)
  })

try {
  const addresses = process.argv.slice(2).map(text => new URL(text))
  await Promise.all(addresses.map(url => (url.protocol === 'tcp:' ? open(url) : get(url))))
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
