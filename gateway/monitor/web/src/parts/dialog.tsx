/*
  A question over the page; and the one that asks why, before something is shown or repaired.
*/
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { type Fault, toFault } from '../fault.ts'
import { textsIn } from '../language.ts'
import { PARTS } from '../texts/parts.ts'
import { Failed } from './states.tsx'

interface DialogProps {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ComponentChildren
}

/** The browser keeps the focus inside, closes it with Escape and gives the focus back. */
export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal()
    if (!isOpen) dialog.current?.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {isOpen && children}
    </dialog>
  )
}

interface ReasonDialogProps {
  title: string
  /** What will happen. */
  text?: string | undefined
  /** What the button says. */
  action: string
  isOpen: boolean
  /** Does it; a Fault it throws is shown, and the dialog stays open. */
  onReason: (reason: string) => Promise<void> | void
  onClose: () => void
}

const LONGEST_REASON = 500

export function ReasonDialog({ title, text, action, isOpen, onReason, onClose }: ReasonDialogProps) {
  const texts = textsIn(PARTS)
  const [fault, setFault] = useState<Fault>()
  const [isSent, setIsSent] = useState(false)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const reason = event.currentTarget instanceof HTMLFormElement ? String(new FormData(event.currentTarget).get('reason') ?? '').trim() : ''
    if (reason === '' || isSent) return
    setIsSent(true)
    setFault(undefined)
    try {
      await onReason(reason)
      onClose()
    } catch (error) {
      setFault(toFault(error))
    } finally {
      setIsSent(false)
    }
  }
  const close = (): void => {
    setFault(undefined)
    onClose()
  }
  return (
    <Dialog title={title} isOpen={isOpen} onClose={close}>
      <form onSubmit={submit}>
        {text !== undefined && <p>{text}</p>}
        <label class="field">
          {texts.reason}
          <textarea name="reason" required rows={3} maxLength={LONGEST_REASON} />
          <small>{texts.reasonHint}</small>
        </label>
        {fault !== undefined && <Failed fault={fault} />}
        <div class="actions">
          <button type="button" class="plain" onClick={close}>
            {texts.cancel}
          </button>
          <button type="submit" disabled={isSent}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
