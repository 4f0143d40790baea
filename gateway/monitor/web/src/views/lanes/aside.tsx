/*
  What was put aside and not taken up again: nothing of it is lost.
*/
import { useEffect } from 'preact/hooks'
import { useApi } from '../../api.ts'
import { when } from '../../formats.ts'
import { language, textsIn } from '../../language.ts'
import { Await } from '../../parts/states.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { LANES } from '../../texts/lanes.ts'
import { FlowLink, partiesOf } from './columns.tsx'
import type { Acting, AsideRow } from './lane.ts'

interface AsideProps {
  /** Another one: look again. */
  turn: number
  mayAct: boolean
  onAct: (acting: Acting) => void
}

export function AsideTable({ turn, mayAct, onAct }: AsideProps) {
  const texts = textsIn(LANES)
  const asked = useApi<{ items: AsideRow[] }>('/monitor/api/set-aside')
  const { again } = asked
  useEffect(() => {
    if (turn > 0) again()
  }, [turn, again])
  return (
    <section aria-label={texts.aside}>
      <h2>{texts.aside}</h2>
      <Await asked={asked}>
        {({ items }) => <Table label={texts.aside} columns={columns({ mayAct, onAct })} rows={items} idOf={one => one.id} empty={texts.asideEmpty} />}
      </Await>
    </section>
  )
}

function columns({ mayAct, onAct }: Pick<AsideProps, 'mayAct' | 'onAct'>): Column<AsideRow>[] {
  const texts = textsIn(LANES)
  const { columns: titles, acts } = texts
  return [
    { name: 'by', title: titles.by, cell: ({ by, at }) => `${by}, ${when(at)}` },
    { name: 'reason', title: titles.reason, cell: ({ reason, text }) => [reason, text?.[language()]].filter(Boolean).join(' · ') || texts.none },
    { name: 'partner', title: titles.partner, cell: partiesOf },
    { name: 'head', title: titles.head, cell: ({ messageId }) => <FlowLink id={messageId} /> },
    {
      name: 'acts',
      title: titles.acts,
      cell: one =>
        mayAct && (
          <button
            type="button"
            class="plain"
            data-act="take-up"
            aria-label={texts.actOf(acts['take-up'], partiesOf(one))}
            onClick={() => onAct({ act: 'take-up', id: one.id })}
          >
            {acts['take-up']}
          </button>
        ),
    },
  ]
}
