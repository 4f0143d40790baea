/*
  Builds the hub's FHIR packages from profiles/fhir/fsh, offline: FSH ─SUSHI→ resources with snapshots → one folder and one .tgz each, the same bytes every time.
    fr.e-parcours.hub               what stands under the hub's canonical
    fr.e-parcours.national-stubs    what stands under a national one, until the official packages take its place
    reference-targets.json          the references each profile narrows, which a validator that cannot follow them leaves unchecked
*/
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from '../stack/settings.mjs'
import { announced, guarded, Stop } from '../stack/terminal.mjs'
import { writeCoreDefinitions } from './core-definitions.mjs'
import { referenceTargets } from './reference-targets.mjs'
import { trimmed } from './trim.mjs'
import { writePackage } from './write-package.mjs'

const FHIR = join(ROOT, 'profiles', 'fhir')

/** Writes both packages below `folder`. */
async function build(folder) {
  const config = parse(readFileSync(join(FHIR, 'sushi-config.yaml'), 'utf8'))
  const { fhir, errors } = await compile(config)
  if (errors.length > 0) throw new Stop(errors.map(said).join('\n'))
  const resources = fhir.map(trimmed)
  const isOurs = ({ url }) => url.startsWith(`${config.canonical}/`)
  const stubs = {
    name: 'fr.e-parcours.national-stubs',
    description: 'Stand-ins of the French national packages, under their canonicals: what the hub relies on.',
  }
  writePackage(folder, { ...manifest(config), ...stubs, canonical: 'https://interop.esante.gouv.fr/ig/fhir', resources: resources.filter(one => !isOurs(one)) })
  const ours = { name: config.id, description: config.description, dependencies: { [stubs.name]: config.version } }
  writePackage(folder, { ...manifest(config), ...ours, resources: resources.filter(isOurs).map(one => published(one, config)) })
  writeFileSync(join(folder, 'reference-targets.json'), `${JSON.stringify(referenceTargets(resources))}\n`)
}

async function compile(config) {
  const home = mkdtempSync(join(tmpdir(), 'hub-fhir-'))
  try {
    writeCoreDefinitions(home)
    // SUSHI reads its definitions below the home folder, and asks a registry for what it does not find there: it is given no way out.
    Object.assign(process.env, { HOME: home, USERPROFILE: home, HTTPS_PROXY: 'http://127.0.0.1:9' })
    const { fshToFhir } = (await import('fsh-sushi')).default.sushiClient
    const { canonical, version, fhirVersion } = config
    return await fshToFhir(sources(), { canonical, version, fhirVersion, snapshot: true, logLevel: 'silent' })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function sources() {
  const folder = join(FHIR, 'fsh')
  const names = readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.fsh'))
  return names.sort().map(name => readFileSync(join(folder, name), 'utf8'))
}

const said = ({ message, location }) => `${message} (line ${location?.startLine ?? '?'})`

const manifest = ({ version, canonical, publisher, license }) => ({ version, canonical, author: publisher.name, license })

const published = (resource, { status, publisher }) => ({ ...resource, status, publisher: publisher.name })

await guarded(() => announced('Building the FHIR packages', () => build(process.argv[2] ?? join(FHIR, 'packages'))))
