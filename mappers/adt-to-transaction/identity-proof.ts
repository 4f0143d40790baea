/*
  What a hospital says of how it knows a person (ZFD).
    1 lunar date of birth, day^month^year      2 weeks of gestation      3 SMS Y | N      4 date of birth corrected Y | N
    5 how the identity was obtained      6 when INSi was asked      7 the paper it was proved with      8 until when that counts
*/
import type { Er7Segment } from '../../profiles/hl7v2/er7-segment.ts'
import { present } from '../cda/read-datatypes.ts'
import { readTime } from '../cda/timestamps.ts'
import { trimmed } from '../hl7v2/reading/read-patient.ts'
import type { IdentityParticulars, Person } from '../transmission-to-transaction/person.ts'

const METHODS: readonly string[] = ['SM', 'CV', 'INSI', 'CB', 'RFID', 'AV']
const PAPERS: readonly string[] = ['AN', 'CC', 'CE', 'CM', 'CN', 'CS', 'LE', 'PA', 'PC']

export function readIdentityProof(zfd: Er7Segment | undefined): Pick<Person, 'collected' | 'proof' | 'particulars'> {
  const collected = present({ method: among(METHODS, trimmed(zfd, 5)), date: dayOf(trimmed(zfd, 6)) })
  const particulars: IdentityParticulars = present({
    lunarBirthDate: lunarDateOf(zfd),
    gestationWeeks: weeksOf(trimmed(zfd, 2)),
    agreesToSms: yesNo(trimmed(zfd, 3)),
    isBirthDateCorrected: yesNo(trimmed(zfd, 4)),
    proofEndsAt: dayOf(trimmed(zfd, 8)),
  })
  return present({
    collected: Object.keys(collected).length === 0 ? undefined : collected,
    proof: among(PAPERS, trimmed(zfd, 7)),
    particulars: Object.keys(particulars).length === 0 ? undefined : particulars,
  })
}

const among = (known: readonly string[], code: string | undefined): string | undefined => (code !== undefined && known.includes(code) ? code : undefined)

/** A whole day. */
function dayOf(text: string | undefined): string | undefined {
  const day = readTime(text)?.value.slice(0, 10)
  return day?.length === 10 ? day : undefined
}

/** NA: its parts are components; a day of another calendar is no date of ours. */
function lunarDateOf(zfd: Er7Segment | undefined): string | undefined {
  const parts = [1, 2, 3].flatMap(component => trimmed(zfd, 1, 1, component) ?? [])
  return parts.length === 0 ? undefined : parts.join('/')
}

function weeksOf(text: string | undefined): number | undefined {
  const weeks = Number(text)
  return Number.isInteger(weeks) && weeks > 0 && weeks < 60 ? weeks : undefined
}

export const yesNo = (text: string | undefined): boolean | undefined => (text === 'Y' ? true : text === 'N' ? false : undefined)
