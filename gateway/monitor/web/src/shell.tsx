/*
  The frame around the views: navigation, who is logged in, language, whether the hub answers.
*/
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { post, type Viewer } from './api.ts'
import { useConnection } from './connection.ts'
import { toFault, type Fault } from './fault.ts'
import { type Language, language, setLanguage, textsIn } from './language.ts'
import { Loading } from './parts/states.tsx'
import { usePlace } from './router.ts'
import { SHELL } from './texts/shell.ts'
import { addressOf, ROUTES, routeOf, type View, type ViewName } from './views.ts'

export function Shell({ viewer }: { viewer: Viewer }) {
  const place = usePlace()
  const [, setShown] = useState(language())
  const main = useRef<HTMLElement>(null)
  const route = routeOf(place.path)
  const texts = textsIn(SHELL)
  const title = route === undefined ? texts.unknown : texts.views[route.name]
  useMoved(place.path, main)
  useEffect(() => {
    document.title = `${title} · ${texts.product}`
  }, [title, texts])
  const choose = (chosen: Language): void => {
    setLanguage(chosen)
    setShown(chosen)
  }
  return (
    <>
      <a class="skip" href="#main">
        {texts.skip}
      </a>
      <header class="top">
        <a class="product" href="/monitor">
          {texts.product}
        </a>
        <Navigation open={route?.name} />
        <Session viewer={viewer} onLanguage={choose} />
      </header>
      <Banner />
      <main id="main" ref={main} tabIndex={-1} aria-label={title}>
        {route === undefined ? (
          <Unknown />
        ) : (
          <Loaded key={place.path} name={route.name}>
            {Shown => <Shown place={place} viewer={viewer} id={route.id} />}
          </Loaded>
        )}
      </main>
    </>
  )
}

/** A new view is read from its top, by eye and by screen reader; the first one is where the browser puts it. */
function useMoved(path: string, main: { current: HTMLElement | null }): void {
  const last = useRef(path)
  useEffect(() => {
    if (last.current === path) return
    last.current = path
    scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [path, main])
}

function Navigation({ open }: { open: ViewName | undefined }) {
  const texts = textsIn(SHELL)
  const nearest = open === 'flow' ? 'flows' : open
  return (
    <nav aria-label={texts.navigation}>
      <ul>
        {ROUTES.map(({ name }) => {
          const address = addressOf(name)
          return (
            address !== undefined && (
              <li key={name}>
                <a href={address} aria-current={nearest === name ? 'page' : undefined}>
                  {texts.views[name]}
                </a>
              </li>
            )
          )
        })}
      </ul>
    </nav>
  )
}

function Session({ viewer, onLanguage }: { viewer: Viewer; onLanguage: (chosen: Language) => void }) {
  const texts = textsIn(SHELL)
  const other: Language = language() === 'fr' ? 'en' : 'fr'
  const logOut = async (): Promise<void> => {
    const answer = await post<{ next?: string }>('/monitor/logout').catch(() => undefined)
    location.assign(answer?.next ?? '/monitor')
  }
  const bounds = viewer.territory === undefined || viewer.territory === null ? '' : ` · ${texts.territory} ${viewer.territory}`
  return (
    <div class="session">
      <span class="viewer">
        {viewer.name}
        <small>
          {texts.roles[viewer.role] ?? viewer.role}
          {bounds}
        </small>
      </span>
      <button type="button" class="plain" lang={other} onClick={() => onLanguage(other)}>
        {other === 'fr' ? 'Français' : 'English'}
      </button>
      <button type="button" class="plain" onClick={logOut}>
        {texts.logout}
      </button>
    </div>
  )
}

function Banner() {
  const connection = useConnection()
  const texts = textsIn(SHELL)
  return (
    <div role="status" class="banner" data-connection={connection}>
      {connection === 'there' ? '' : texts[connection]}
    </div>
  )
}

function Loaded({ name, children }: { name: ViewName; children: (view: View) => ComponentChildren }) {
  const [view, setView] = useState<{ shown: View }>()
  const [fault, setFault] = useState<Fault>()
  useEffect(() => {
    ROUTES.find(one => one.name === name)
      ?.load()
      .then(
        shown => setView({ shown }),
        error => setFault(toFault(error)),
      )
  }, [name])
  if (fault !== undefined) return <Stale />
  return view === undefined ? <Loading /> : children(view.shown)
}

/** After an upgrade of the hub its old parts are gone. */
function Stale() {
  const texts = textsIn(SHELL)
  return (
    <div role="alert" class="state">
      <p>{texts.stale}</p>
      <button type="button" onClick={() => location.reload()}>
        {texts.reload}
      </button>
    </div>
  )
}

function Unknown() {
  const texts = textsIn(SHELL)
  return (
    <div class="state">
      <h1>{texts.unknown}</h1>
      <a href="/monitor">{texts.toOverview}</a>
    </div>
  )
}
