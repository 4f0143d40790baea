/*
  The mappers as they are built and as the hub runs them: the loader that runs the benchmarks wraps every function to keep its name, a tenth of a mapping.
*/
import { resolve } from 'node:path'

type DocumentModule = Pick<typeof import('../../gateway/workers/map-document.ts'), 'mapDocument'>
type MovementModule = Pick<typeof import('../../gateway/workers/map-movement.ts'), 'mapMovement'>

export async function builtMappers(): Promise<DocumentModule & MovementModule> {
  const { mapDocument } = await load<DocumentModule>('map-document')
  const { mapMovement } = await load<MovementModule>('map-movement')
  return { mapDocument, mapMovement }
}

async function load<Module>(name: string): Promise<Module> {
  return (await import(resolve(import.meta.dirname, `../../dist/gateway/workers/${name}.js`))) as Module
}
