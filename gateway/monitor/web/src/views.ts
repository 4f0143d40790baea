/*
  The views and their addresses; each is loaded when it is first opened.
*/
import type { ComponentType } from 'preact'
import { chosenIn, type Place } from './router.ts'
import type { Viewer } from './api.ts'

export interface ViewProps {
  place: Place
  viewer: Viewer
  /** The parts of the address that vary: the id of a flow. */
  id: string
}

export type View = ComponentType<ViewProps>
export type ViewName = 'overview' | 'flows' | 'flow' | 'persons' | 'lanes' | 'replay' | 'partners' | 'indicators'

interface Route {
  name: ViewName
  path: RegExp
  load: () => Promise<View>
  /** What it asks the hub first: asked while the view is still loading. */
  asks?: (place: Place) => string
}

const OVERVIEW_FILTERS = ['from', 'to', 'partner', 'kind', 'direction']
/** The numbers of the overview, by the filters of its address. */
export const overviewPath = (place: Place): string => `/monitor/api/overview?${new URLSearchParams(chosenIn(place, OVERVIEW_FILTERS))}`

/** In the order of the navigation. */
export const ROUTES: readonly Route[] = [
  { name: 'overview', path: /^\/monitor$/, load: async () => (await import('./views/overview.tsx')).Overview, asks: overviewPath },
  { name: 'flows', path: /^\/monitor\/flows$/, load: async () => (await import('./views/flows.tsx')).Flows },
  { name: 'flow', path: /^\/monitor\/flows\/([^/]+)$/, load: async () => (await import('./views/flow.tsx')).Flow },
  { name: 'persons', path: /^\/monitor\/persons$/, load: async () => (await import('./views/persons.tsx')).Persons },
  { name: 'lanes', path: /^\/monitor\/lanes$/, load: async () => (await import('./views/lanes.tsx')).Lanes },
  { name: 'replay', path: /^\/monitor\/replay$/, load: async () => (await import('./views/replay.tsx')).Replay },
  { name: 'partners', path: /^\/monitor\/partners$/, load: async () => (await import('./views/partners.tsx')).Partners },
  { name: 'indicators', path: /^\/monitor\/indicators$/, load: async () => (await import('./views/indicators.tsx')).Indicators },
]

export function routeOf(path: string): (Route & { id: string }) | undefined {
  for (const route of ROUTES) {
    const id = route.path.test(path) ? readPart(route.path.exec(path)?.[1] ?? '') : undefined
    if (id !== undefined) return { ...route, id }
  }
  return undefined
}

function readPart(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // Half a character: the address of nothing.
    return undefined
  }
}

/** Where a view of the navigation begins; one flow has no such place. */
export const addressOf = (name: ViewName): string | undefined => (name === 'flow' ? undefined : name === 'overview' ? '/monitor' : `/monitor/${name}`)
