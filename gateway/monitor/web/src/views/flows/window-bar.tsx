/*
  Above the list: the window of time it shows, shortcuts to others, how many there are, and the same as CSV.
*/
import { useState } from 'preact/hooks'
import { send } from '../../api.ts'
import { type Fault, toFault } from '../../fault.ts'
import { count, when } from '../../formats.ts'
import { textsIn } from '../../language.ts'
import { Failed } from '../../parts/states.tsx'
import { addressWith, type Place } from '../../router.ts'
import { FLOWS } from '../../texts/flows.ts'
import type { FlowPage } from './flow-item.ts'
import { startOf, type WindowName, WINDOWS } from './window.ts'

/** A download by its address; with a body, by the page. */
export interface Csv {
  path: string
  body?: unknown
}

interface WindowBarProps {
  place: Place
  page: FlowPage | undefined
  csv: Csv
  isOfPerson: boolean
}

export function WindowBar({ place, page, csv, isOfPerson }: WindowBarProps) {
  const texts = textsIn(FLOWS)
  const to = place.query.get('to')
  const names = Object.keys(WINDOWS) as WindowName[]
  return (
    <div class="heading window">
      <p>
        {when(place.query.get('from'))} → {to === null ? texts.now : when(to)}
        {isOfPerson && <strong> · {texts.personSet}</strong>}
      </p>
      <nav aria-label={texts.window} class="windows">
        {names.map(name => (
          <a key={name} href={addressWith({ from: startOf(WINDOWS[name], Date.now()), to: undefined, after: undefined }, place)}>
            {texts.windows[name]}
          </a>
        ))}
      </nav>
      <p aria-live="polite">{page?.total !== undefined && texts.total(count(page.total), page.totalIsExact !== false)}</p>
      <CsvLink csv={csv} />
      {page?.totalIsExact === false && <small class="quiet">{texts.csvMost}</small>}
    </div>
  )
}

function CsvLink({ csv }: { csv: Csv }) {
  const texts = textsIn(FLOWS)
  const [fault, setFault] = useState<Fault>()
  if (csv.body === undefined) {
    return (
      <a class="button plain" href={csv.path} download="flux.csv">
        {texts.csv}
      </a>
    )
  }
  const download = async (): Promise<void> => {
    setFault(undefined)
    try {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(await (await send(csv.path, csv.body)).blob())
      link.download = 'flux.csv'
      link.click()
      URL.revokeObjectURL(link.href)
    } catch (error) {
      setFault(toFault(error))
    }
  }
  return (
    <>
      <button type="button" class="plain" onClick={download}>
        {texts.csv}
      </button>
      {fault !== undefined && <Failed fault={fault} />}
    </>
  )
}
