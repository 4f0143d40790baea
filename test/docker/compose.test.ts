import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configSchema } from '../../gateway/config.ts'

interface Service {
  image?: string
  build?: { target: string }
  ports?: string[]
  networks?: string[]
  healthcheck?: { test: string[] }
  volumes?: string[]
  environment?: Record<string, string>
  secrets?: string[]
  profiles?: string[]
  cap_drop?: string[]
  cap_add?: string[]
  security_opt?: string[]
  logging?: { options: Record<string, string> }
}
interface Compose {
  services: Record<string, Service>
  secrets: Record<string, { file: string }>
  volumes: Record<string, unknown>
  networks: Record<string, { internal?: boolean }>
}

const docker = resolve(import.meta.dirname, '../../docker')
const read = (name: string): string => readFileSync(join(docker, name), 'utf8')
const compose = parse(read('compose.yaml'), { merge: true }) as Compose
const services = Object.entries(compose.services)

describe('compose.yaml', () => {
  it('pins every image by a whole version', () => {
    const images = services.flatMap(([, service]) => (service.image === undefined ? [] : [service.image]))
    expect(images).toEqual(expect.arrayContaining(['postgres:18.4-bookworm', 'apache/kafka:4.3.1', 'hapiproject/hapi:v8.8.0']))
    for (const image of images) expect(image).toMatch(/:v?\d+\.\d+/)
  })

  it('publishes the two doors of the hub, on loopback unless told; with monitoring the page of Grafana, on loopback alone; nothing else', () => {
    const publishing = services.filter(([, service]) => service.ports !== undefined)
    expect(publishing.map(([name]) => name)).toEqual(['hub', 'grafana'])
    expect(compose.services['grafana']?.ports).toEqual(['127.0.0.1:3000:3000'])
    expect(compose.services['hub']?.ports).toEqual([`\${HUB_ADDRESS:-127.0.0.1}:8443:8443`, `\${HUB_ADDRESS:-127.0.0.1}:2575:2575`])
  })

  it('keeps PostgreSQL, HAPI and Kafka on a network without a way in or out', () => {
    expect(compose.networks['inside']?.internal).toBe(true)
    for (const name of ['postgres', 'hapi', 'kafka']) expect(compose.services[name]?.networks).toEqual(['inside'])
  })

  it('leaves no container a capability but those by which PostgreSQL becomes its own user, no way to gain one, and no endless log', () => {
    for (const [name, { cap_drop, security_opt, logging }] of services) {
      expect({ cap_drop, security_opt }, name).toEqual({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
      expect(Object.keys(logging?.options ?? {}), name).toEqual(['max-size', 'max-file'])
    }
    const adding = services.filter(([, service]) => service.cap_add !== undefined)
    expect(adding.map(([name, { cap_add }]) => [name, cap_add])).toEqual([['postgres', ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID']]])
  })

  it('checks the health of every service that stays', () => {
    const unchecked = services.filter(([, service]) => service.healthcheck === undefined).map(([name]) => name)
    expect(unchecked).toEqual(['hapi-probe'])
  })

  it('asks HAPI for its health with a JVM that starts under the options its container gives to every JVM', () => {
    const { healthcheck, environment } = compose.services['hapi'] ?? {}
    const [, java = '', ...args] = healthcheck?.test ?? []
    const options = args.slice(0, args.indexOf('-cp'))
    const { status, stdout } = spawnSync(java, [...options, '-version'], { env: { ...process.env, ...environment } })
    expect([status, stdout.toString()]).toEqual([0, ''])
  })

  it('keeps what must last in volumes', () => {
    for (const [name, path] of [
      ['postgres', '/var/lib/postgresql'],
      ['kafka', '/var/lib/kafka/data'],
      ['hub', '/var/lib/hub'],
    ]) {
      expect(compose.services[name ?? '']?.volumes).toContain(`${name}:${path}`)
      expect(compose.volumes).toHaveProperty(name ?? '')
    }
  })

  it('holds no secret and no default for one: each is a file named by a variable that must be set', () => {
    for (const [name, { file }] of Object.entries(compose.secrets)) expect(file, name).toMatch(/^\$\{HUB_(SECRETS|CONFIG):\?[^}]+\}/)
    const written = services.flatMap(([, service]) => Object.entries(service.environment ?? {})).filter(([key]) => /PASSWORD|SECRET|TOKEN/.test(key))
    for (const [key, value] of written) expect(value, key).toMatch(/^\/run\/secrets\//)
  })

  it('uses only secrets that it declares', () => {
    for (const secret of services.flatMap(([, service]) => service.secrets ?? [])) expect(compose.secrets).toHaveProperty(secret)
  })

  it('starts the stand-ins only in the profile sandbox', () => {
    expect(services.filter(([, service]) => service.profiles?.includes('sandbox')).map(([name]) => name)).toEqual(['mail', 'partners'])
  })

  it('starts Prometheus and Grafana only in the profile monitoring, and they find their files', () => {
    const monitoring = services.filter(([, service]) => service.profiles?.includes('monitoring'))
    expect(monitoring.map(([name]) => name)).toEqual(['prometheus', 'grafana'])
    const folders = monitoring.flatMap(([, service]) => (service.volumes ?? []).filter(one => one.startsWith('./')).map(one => one.split(':')[0] ?? ''))
    for (const folder of folders) expect(existsSync(join(docker, folder)), folder).toBe(true)
  })

  it.skipIf(spawnSync('docker', ['compose', 'version']).status !== 0)('is a file Docker itself accepts', () => {
    const env = { ...process.env, HUB_SECRETS: '/tmp', HUB_CONFIG: '/tmp/hub.json' }
    expect(() =>
      execFileSync('docker', ['compose', '-f', join(docker, 'compose.yaml'), '--profile', 'sandbox', '--profile', 'monitoring', 'config', '--quiet'], { env }),
    ).not.toThrow()
  })
})

describe('Dockerfile', () => {
  const stages = read('Dockerfile')
    .split(/^(?=FROM )/m)
    .filter(stage => stage.startsWith('FROM '))
    .map(text => ({ text, from: /^FROM (\S+)/.exec(text)?.[1] ?? '', name: / AS (\S+)/.exec(text)?.[1] ?? '' }))

  it('has a stage for each target of the compose file', () => {
    const targets = new Set(services.flatMap(([, service]) => (service.build === undefined ? [] : [service.build.target])))
    expect(stages.map(stage => stage.name)).toEqual(expect.arrayContaining([...targets]))
  })

  it('starts from images pinned by version or from its own stages', () => {
    const own = new Set(stages.map(stage => stage.name))
    for (const { from } of stages) expect(own.has(from) || /:\d+\.\d+/.test(from), from).toBe(true)
  })

  it('runs nothing as root: every image that is started names another user last', () => {
    for (const name of ['hub', 'sandbox', 'hapi-probe']) {
      const users = [...(stages.find(stage => stage.name === name)?.text ?? '').matchAll(/^USER (\S+)/gm)].map(match => match[1])
      expect(users.at(-1), name).toMatch(/^(node|65532:65532)$/)
    }
  })

  it('leaves development packages, sources, tests and stand-ins out of the image of the hub', () => {
    const hub = stages.find(stage => stage.name === 'hub')?.text ?? ''
    expect(hub).toContain('--from=runtime /app/node_modules')
    const built = [...hub.matchAll(/--from=(?:packages|build) (\S+)/g)].map(([, path]) => path)
    expect(built).toEqual(['profiles', 'mappers', 'connectors', 'gateway'].map(folder => `/app/dist/${folder}`))
    expect(stages.find(stage => stage.name === 'runtime')?.text).toContain('npm ci --omit=dev')
  })
})

describe('hub.example.json', () => {
  const example: unknown = JSON.parse(read('hub.example.json'))

  it('is a configuration the hub takes', () => {
    expect(configSchema.safeParse(example).error?.issues ?? []).toEqual([])
  })

  it('has TLS at the MLLP door, and so has the hospital of the sandbox, which takes what the hub sends it by TLS alone', () => {
    expect(configSchema.parse(example).connectors.hospital?.tls).toBeDefined()
    expect(compose.services['partners']?.environment).toMatchObject({ HOSPITAL_TLS_KEY_FILE: '/run/secrets/hospital_tls_key' })
    expect(compose.services['partners']?.secrets).toEqual(['hospital_tls_key', 'hospital_tls_certificate'])
  })

  it('finds each file it names among the secrets of the hub', () => {
    const named = [...JSON.stringify(example).matchAll(/\/run\/secrets\/(\w+)/g)].map(match => match[1])
    expect(compose.services['hub']?.secrets).toEqual(expect.arrayContaining(named))
  })
})
