/*
  Builds the hub's FHIR packages from profiles/fhir/fsh, offline: FSH ─SUSHI→ resources with snapshots → one folder and one .tgz each, the same bytes every time.
    fr.e-parcours.hub               what stands under the hub's canonical
    fr.e-parcours.national-stubs    what stands under a national one, until the official packages take its place
    reference-targets.json          the references each profile narrows, which a validator that cannot follow them leaves unchecked
  The profiles bear the version of sushi-config.yaml; a package counts its patch on each time that it is built of other sources (write-package.mjs).
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
const KEPT = join(FHIR, 'packages')
/** What the image of the store is told to load, by version. */
const IMAGE = join(ROOT, 'docker', 'hapi', 'application.yaml')
const STUBS = {
  name: 'fr.e-parcours.national-stubs',
  description: 'Stand-ins of the French national packages, under their canonicals: what the hub relies on.',
  canonical: 'https://interop.esante.gouv.fr/ig/fhir',
}

/** Writes both packages below `folder`; those that are kept are told to the image too. */
async function build(folder) {
  const config = parse(readFileSync(join(FHIR, 'sushi-config.yaml'), 'utf8'))
  const { id, canonical, description, version: release, license } = config
  const { fhir, errors } = await compile(config)
  if (errors.length > 0) throw new Stop(errors.map(said).join('\n'))
  const resources = fhir.map(trimmed)
  const [ours, national] = [resources.filter(({ url }) => url.startsWith(`${canonical}/`)), resources.filter(({ url }) => !url.startsWith(`${canonical}/`))]
  const common = { kept: KEPT, release, author: config.publisher.name, license }
  const stubs = writePackage(folder, { ...common, ...STUBS, resources: national })
  const hub = { name: id, canonical, description, dependencies: { [STUBS.name]: stubs }, resources: ours.map(one => published(one, config)) }
  const version = writePackage(folder, { ...common, ...hub })
  writeFileSync(join(folder, 'reference-targets.json'), `${JSON.stringify(referenceTargets(resources))}\n`)
  if (folder === KEPT) tellImage({ [STUBS.name]: stubs, [id]: version })
}

function tellImage(versions) {
  const told = readFileSync(IMAGE, 'utf8')
  writeFileSync(
    IMAGE,
    told.replace(/(name: (\S+)\n +version: ).*/g, (line, before, name) => (versions[name] ? `${before}${versions[name]}` : line)),
  )
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

const published = (resource, { status, publisher }) => ({ ...resource, status, publisher: publisher.name })

await guarded(() => announced('Building the FHIR packages', () => build(process.argv[2] ?? KEPT)))
