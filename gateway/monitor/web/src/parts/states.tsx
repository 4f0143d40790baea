/*
  What stands where something is awaited, missing or failed.
*/
import type { ComponentChildren } from 'preact'
import type { Asked } from '../api.ts'
import type { Fault } from '../fault.ts'
import { textsIn } from '../language.ts'
import { loginAddress } from '../router.ts'
import { PARTS } from '../texts/parts.ts'

export const Loading = () => (
  <p class="state quiet" role="status">
    {textsIn(PARTS).loading}
  </p>
)

export const Empty = ({ text }: { text?: string | undefined }) => <p class="state quiet">{text ?? textsIn(PARTS).empty}</p>

/** The sentence for a fault in the reader's language. */
export function sentenceOf({ status, code, path }: Fault): string {
  const texts = textsIn(PARTS)
  return texts.faults[`${code} ${path}`] ?? texts.faults[code] ?? texts.faults[status] ?? texts.otherwise
}

export function Failed({ fault, again }: { fault: Fault; again?: (() => void) | undefined }) {
  const texts = textsIn(PARTS)
  return (
    <div role="alert" class="state failed">
      <p>{sentenceOf(fault)}</p>
      <p class="quiet">
        <code>{fault.code}</code>
        {fault.path !== undefined && (
          <>
            {' '}
            · {texts.place} <code>{fault.path}</code>
          </>
        )}
      </p>
      {fault.status === 401 ? (
        <a class="button" href={loginAddress()}>
          {texts.login}
        </a>
      ) : (
        again !== undefined && (
          <button type="button" onClick={again}>
            {texts.again}
          </button>
        )
      )}
    </div>
  )
}

interface AwaitProps<Json> {
  asked: Asked<Json>
  children: (json: Json) => ComponentChildren
}

/** Draws what was asked for once it is there; a later fault stands above what is known. */
export function Await<Json>({ asked: { json, fault, isLoading, again }, children }: AwaitProps<Json>) {
  return (
    <div aria-busy={isLoading}>
      {fault !== undefined && <Failed fault={fault} again={again} />}
      {json !== undefined ? children(json) : fault === undefined && <Loading />}
    </div>
  )
}
