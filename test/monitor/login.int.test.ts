import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JoinedHub } from '../support/joined-hub.ts'
import { fillIn, follow, Jar, type LoggedIn, logInTo, userOf } from '../support/monitor-login.ts'
import { readSandbox, token } from '../support/sandbox.ts'

// People at the monitor of the running stack: in by the sandbox's identity provider, out again, and what a session is worth.

const sandbox = readSandbox()

const ledger = new pg.Client(sandbox.postgres)
await ledger.connect()
afterAll(() => ledger.end())

/** The live stream of this session at a hub. Out: resolves once it has begun, `ended` once it is over. */
async function liveAt(http: string, session: LoggedIn): Promise<{ ended: Promise<void> }> {
  const { body, status } = await fetch(`${http}/monitor/api/live`, { headers: { cookie: `hub-monitor=${cookieOf(session)}` } })
  expect(status).toBe(200)
  const reader = body?.getReader()
  await reader?.read()
  const ended = async (): Promise<void> => {
    while ((await reader?.read())?.done === false);
  }
  return { ended: ended() }
}

const isUnlocked = async (session: LoggedIn): Promise<number> => (await session.get('/monitor/api/me')).status
const cookieOf = ({ jar }: LoggedIn): string => jar.cookies.get('hub-monitor') ?? ''
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

describe('login', () => {
  it('sandbox.json names one observer for each of two territories, one operator and one privacy officer', () => {
    expect(sandbox.users.map(({ role }) => role)).toEqual(['observer', 'observer', 'operator', 'privacy-officer'])
    const territories = sandbox.users.flatMap(({ role, territory }) => (role === 'observer' ? [territory] : []))
    expect(new Set(territories).size).toBe(2)
    expect(sandbox.users.every(({ password }) => password.length > 20)).toBe(true)
  })

  it('whoever opens a view is sent to the form, and comes to that view with its filters', async () => {
    const session = await logInTo(sandbox, userOf(sandbox, 'operator'), '/monitor/flows?status=parked&sender=CH%2F1')
    expect(session.landed).toBe('/monitor/flows?status=parked&sender=CH%2F1')
    expect((await session.jar.ask(`${sandbox.http}/monitor/flows`)).status).toBe(200)
  })

  it('me says name, role and territory, and when the session ends', async () => {
    const user = userOf(sandbox, 'observer')
    const { text } = await (await logInTo(sandbox, user)).get('/monitor/api/me')
    expect(JSON.parse(text)).toEqual({ name: user.name, role: 'observer', territory: user.territory, csrf: expect.any(String), expiresAt: expect.any(String) })
  })

  it('a wrong password and a name nobody has get the same answer, and no session', async () => {
    const tried = async (name: string, password: string): Promise<unknown[]> => {
      const jar = new Jar()
      const { status, text } = await fillIn(jar, await follow(jar, `${sandbox.http}/monitor`), { name, password })
      return [status, text.includes('role="alert"'), jar.cookies.has('hub-monitor')]
    }
    expect([await tried(userOf(sandbox, 'operator').name, 'wrong'), await tried('nobody', 'wrong')]).toEqual([
      [401, true, false],
      [401, true, false],
    ])
  })

  it('the form labels its two fields, has one button, and asks for nothing from elsewhere', async () => {
    const { text, headers } = await follow(new Jar(), `${sandbox.http}/monitor`)
    for (const name of ['name', 'password']) expect(text).toMatch(new RegExp(`<label for="${name}">[^<]+</label>\\s*<input id="${name}" name="${name}"`))
    expect(text.match(/<button/g)).toHaveLength(1)
    expect(text).not.toMatch(/https?:|<script|<link|<img/)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it.each([
    '//elsewhere.example/x',
    'https://elsewhere.example/',
    '/\\elsewhere.example',
    '/monitor/../fhir/metadata',
    '/monitor/api/flows',
    'javascript:alert(1)',
  ])('next=%s leads to the overview, not there', async next => {
    const session = await logInTo(sandbox, userOf(sandbox, 'operator'), `/monitor/login?next=${encodeURIComponent(next)}`)
    expect(session.landed).toBe('/monitor')
  })
})

describe('coming back from the provider', () => {
  it('with a code of somebody else’s login, or with none, is refused: the login was begun in another browser', async () => {
    const victim = new Jar()
    const form = await follow(victim, `${sandbox.http}/monitor`)
    const sent = await fillIn(victim, form, userOf(sandbox, 'operator'))
    const resumed = await victim.ask(new URL(sent.location ?? '', form.at))
    const callback = resumed.location ?? ''
    expect(callback).toContain('/monitor/callback?')
    const stranger = new Jar()
    expect((await stranger.ask(callback)).status).toBe(403)
    await stranger.ask(`${sandbox.http}/monitor/login`)
    expect((await stranger.ask(callback)).status).toBe(403)
    expect(stranger.cookies.has('hub-monitor')).toBe(false)
    expect((await new Jar().ask(`${sandbox.http}/monitor/callback`)).status).toBe(403)
    // Its owner may still use it, once.
    expect((await victim.ask(callback)).status).toBe(303)
    expect((await victim.ask(callback)).status).toBe(403)
  })

  it('tells a person in a sentence, and a program in JSON', async () => {
    const page = await new Jar().ask(`${sandbox.http}/monitor/callback`, { headers: { accept: 'text/html', 'accept-language': 'fr' } })
    expect(page.text).toContain('<a href="/monitor/login">Se connecter à nouveau</a>')
    const json = await new Jar().ask(`${sandbox.http}/monitor/callback`, { headers: { accept: 'application/json' } })
    expect(JSON.parse(json.text)).toMatchObject({ error: 'monitor.login' })
  })
})

describe('a session', () => {
  it('its cookie is for the hub alone: HttpOnly, SameSite, and in the ledger stands only its digest', async () => {
    const jar = new Jar()
    const form = await follow(jar, `${sandbox.http}/monitor`)
    const sent = await fillIn(jar, form, userOf(sandbox, 'operator'))
    const resumed = await jar.ask(new URL(sent.location ?? '', form.at))
    const { headers } = await jar.ask(resumed.location ?? '')
    expect(headers.getSetCookie().find(one => one.startsWith('hub-monitor='))).toMatch(/HttpOnly; SameSite=Lax/)
    const cookie = jar.cookies.get('hub-monitor') ?? ''
    const { rows } = await ledger.query<{ text: string }>('select row_to_json(s)::text as text from monitor_session s where cookie = $1', [digest(cookie)])
    expect(rows).toHaveLength(1)
    expect(rows[0]?.text).not.toContain(cookie)
  })

  it('a login makes a new one and ends that which the browser had', async () => {
    const first = await logInTo(sandbox, userOf(sandbox, 'operator'))
    const before = cookieOf(first)
    const form = await follow(first.jar, `${sandbox.http}/monitor/login`)
    const sent = await fillIn(first.jar, form, userOf(sandbox, 'operator'))
    await follow(first.jar, new URL(sent.location ?? '', form.at))
    expect(cookieOf(first)).not.toBe(before)
    expect(await isUnlocked(first)).toBe(200)
    first.jar.cookies.set('hub-monitor', before)
    expect(await isUnlocked(first)).toBe(401)
  })

  it.each(['idle_at', 'ends_at'])('ends by %s: the API says 401, the page leads to the login, and what streamed is over', async column => {
    const session = await logInTo(sandbox, userOf(sandbox, 'operator'))
    const live = await liveAt(sandbox.http, session)
    await ledger.query(`update monitor_session set ${column} = clock_timestamp() where cookie = $1`, [digest(cookieOf(session))])
    const { status, text } = await session.get('/monitor/api/me')
    expect([status, (JSON.parse(text) as { error: string }).error]).toEqual([401, 'monitor.session_ended'])
    const page = await session.jar.ask(`${sandbox.http}/monitor/lanes?state=all`)
    expect([page.status, page.location]).toEqual([302, `/monitor/login?next=${encodeURIComponent('/monitor/lanes?state=all')}`])
    await live.ended
  })

  it('changes nothing without its CSRF token, or with that of another session', async () => {
    const [session, other] = [await logInTo(sandbox, userOf(sandbox, 'operator')), await logInTo(sandbox, userOf(sandbox, 'operator'))]
    const order = { recipient: 'csrf@test.mssante.fr', person: 'Patient/nobody', reason: 'essai' }
    const statuses = await Promise.all(['', 'x', other.csrf].map(async csrf => (await session.post('/monitor/api/lanes/resume', order, csrf)).status))
    expect(statuses).toEqual([403, 403, 403])
    expect((await session.post('/monitor/api/lanes/resume', order)).status).toBe(200)
    expect((await session.post('/monitor/logout', {}, '')).status).toBe(403)
    expect(await isUnlocked(session)).toBe(200)
  })

  it('is over after the logout, also for who kept its cookie, and the next login asks again', async () => {
    const session = await logInTo(sandbox, userOf(sandbox, 'operator'))
    const cookie = cookieOf(session)
    expect(JSON.parse((await session.post('/monitor/logout')).text)).toEqual({ next: '/monitor' })
    expect(session.jar.cookies.has('hub-monitor')).toBe(false)
    expect((await follow(session.jar, `${sandbox.http}/monitor`)).text).toContain('type="password"')
    session.jar.cookies.set('hub-monitor', cookie)
    expect(await isUnlocked(session)).toBe(401)
  })

  it('a cookie that nobody gave is none; a token needs no session and no CSRF token', async () => {
    const jar = new Jar()
    jar.cookies.set('hub-monitor', 'made-up')
    expect((await jar.ask(`${sandbox.http}/monitor/api/flows`)).status).toBe(401)
    const authorization = `Bearer ${await token(sandbox, 'operator')}`
    const me = await fetch(`${sandbox.http}/monitor/api/me`, { headers: { authorization } })
    expect(await me.json()).toEqual({ name: 'sandbox-operator', role: 'operator', territory: null, csrf: null, expiresAt: null })
  })

  it('each login, refused login and logout is in the audit', async () => {
    const user = userOf(sandbox, 'privacy-officer')
    await (await logInTo(sandbox, user)).post('/monitor/logout')
    const { rows } = await ledger.query<{ action: string }>('select action from audit where actor = $1 order by at desc limit 2', [`user:${user.name}`])
    expect(rows.map(({ action }) => action)).toEqual(['monitor.logout', 'monitor.login'])
  })
})

describe('roles', () => {
  it('an observer repairs nothing and reads no record of repairs; a privacy officer reads it and repairs nothing', async () => {
    const [observer, officer, operator] = await Promise.all(
      (['observer', 'privacy-officer', 'operator'] as const).map(role => logInTo(sandbox, userOf(sandbox, role))),
    )
    const order = { recipient: 'roles@test.mssante.fr', person: 'Patient/nobody', reason: 'essai' }
    const of = async (session: LoggedIn | undefined): Promise<unknown[]> => [
      (await session?.get('/monitor/api/repairs'))?.status,
      (await session?.get('/monitor/api/identities'))?.status,
      (await session?.post('/monitor/api/lanes/resume', order))?.status,
    ]
    expect([await of(observer), await of(officer), await of(operator)]).toEqual([
      [403, 403, 403],
      [200, 403, 403],
      [200, 200, 200],
    ])
    const { items } = JSON.parse((await officer?.get('/monitor/api/repairs?action=lanes.resume'))?.text ?? '{}') as { items: object[] }
    expect(items[0]).toMatchObject({
      name: userOf(sandbox, 'operator').name,
      role: 'operator',
      reason: 'essai',
      at: expect.any(String),
      object: expect.any(String),
    })
  })

  it('a person says why he repairs', async () => {
    const operator = await logInTo(sandbox, userOf(sandbox, 'operator'))
    const persons = { survivor: 'Patient/a', loser: 'Patient/b' }
    const { status, text } = await operator.post('/monitor/api/identities/merge', persons)
    expect([status, (JSON.parse(text) as { path: string }).path]).toEqual([400, 'reason'])
  })
})

describe('two hub processes', () => {
  let second: JoinedHub
  beforeAll(async () => {
    second = new JoinedHub(sandbox)
    await second.ready()
  }, 200_000)
  afterAll(() => second.stop(), 60_000)

  it('know each other’s sessions: one that is begun at the one is good at the other, and ends at both, with what streams to it', async () => {
    const session = await logInTo({ ...sandbox, http: second.http }, userOf(sandbox, 'operator'), '/monitor/lanes')
    expect(session.landed).toBe('/monitor/lanes')
    const atFirst = async (): Promise<number> => (await session.jar.ask(`${sandbox.http}/monitor/api/me`)).status
    expect(await atFirst()).toBe(200)
    const streams = await Promise.all([sandbox.http, second.http].map(http => liveAt(http, session)))
    const cookie = cookieOf(session)
    expect((await session.post('/monitor/logout')).status).toBe(200)
    session.jar.cookies.set('hub-monitor', cookie)
    expect(await atFirst()).toBe(401)
    await Promise.all(streams.map(({ ended }) => ended))
  })
})
