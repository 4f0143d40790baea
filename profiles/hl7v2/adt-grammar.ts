/*
  The segment grammars of PAM-FR 2.11 (ADT, HL7 2.5): one for all messages of a stay, one for each form of an identity message.
    stay                => MSH [{SFT}] EVN PID [PD1] [{ROL}] [{NK1}] [MRG] PV1 [PV2] [{ROL}] [{DB1}] [{OBX}] [{AL1}] [{DG1}] [DRG] [{PR1 [{ROL}]}] [{OBX}]
                           [{GT1}] [{IN1 [IN2] [{IN3}] [{ROL}]}] [ACC] [UB1] [UB2] [PDA]
    A28, A31  ADT_A05   => the same, PV1 optional
    A24, A37  ADT_A24   => MSH [{SFT}] EVN PID [PD1] [PV1] [{DB1}] PID [PD1] [PV1] [{DB1}]
    A40       ADT_A39   => MSH [{SFT}] EVN { PID [PD1] MRG [PV1] }
    A47       ADT_A30   => MSH [{SFT}] EVN PID [PD1] MRG
  ZBE, ZFA, ZFM, ZFD, ZFV are a sender's own to the grammar; what must be there of them is checked with their fields.
*/
import { any, anyOf, type Item, maybe, one, someOf } from './grammar-items.ts'

export type AdtStructure = 'ADT_VISIT' | 'ADT_A05' | 'ADT_A24' | 'ADT_A39' | 'ADT_A30'

const HEAD = [one('MSH'), any('SFT'), one('EVN')]
const BEFORE_VISIT = [...HEAD, one('PID'), maybe('PD1'), any('ROL'), any('NK1'), maybe('MRG')]
const BEHIND_VISIT = [
  maybe('PV2'),
  any('ROL'),
  any('DB1'),
  any('OBX'),
  any('AL1'),
  any('DG1'),
  maybe('DRG'),
  anyOf(one('PR1'), any('ROL')),
  any('OBX'),
  any('GT1'),
  anyOf(one('IN1'), maybe('IN2'), any('IN3'), any('ROL')),
  maybe('ACC'),
  maybe('UB1'),
  maybe('UB2'),
  maybe('PDA'),
]
const PERSON_OF_LINK = [one('PID'), maybe('PD1'), maybe('PV1'), any('DB1')]

export const ADT_GRAMMARS: Readonly<Record<AdtStructure, readonly Item[]>> = {
  ADT_VISIT: [...BEFORE_VISIT, one('PV1'), ...BEHIND_VISIT],
  ADT_A05: [...BEFORE_VISIT, maybe('PV1'), ...BEHIND_VISIT],
  ADT_A24: [...HEAD, ...PERSON_OF_LINK, ...PERSON_OF_LINK],
  ADT_A39: [...HEAD, someOf(one('PID'), maybe('PD1'), one('MRG'), maybe('PV1'))],
  ADT_A30: [...HEAD, one('PID'), maybe('PD1'), one('MRG')],
}
