/*
  The view Replay.
*/
import { textsIn } from '../language.ts'
import { Empty } from '../parts/states.tsx'
import { REPLAY } from '../texts/replay.ts'
import type { ViewProps } from '../views.ts'

export function Replay(_props: ViewProps) {
  const texts = textsIn(REPLAY)
  return (
    <>
      <h1>{texts.title}</h1>
      <Empty />
    </>
  )
}
