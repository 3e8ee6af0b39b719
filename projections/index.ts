import { absences } from './absences.ts'
import { accessLog } from './access-log.ts'
import { activities } from './activities.ts'
import { applicants } from './applicants.ts'
import { cameras } from './cameras.ts'
import { cards } from './cards.ts'
import { casePaths } from './case-paths.ts'
import { caseTimelines } from './case-timelines.ts'
import { casesProjection } from './cases.ts'
import { catalogue, dictionaries, itemProposals } from './catalogue.ts'
import { departmentLoad } from './department-load.ts'
import { desk } from './desk.ts'
import type { AnyGroup, AnyProjection } from './kernel.ts'
import { keys } from './keys.ts'
import { organisations } from './organisations.ts'
import { erasures } from './erasures.ts'
import { footageExports } from './footage-exports.ts'
import { footageHours } from './footage-hours.ts'
import { footageMoments } from './footage-moments.ts'
import { footageSeats } from './footage-seats.ts'
import { holds } from './holds.ts'
import { looks } from './looks.ts'
import { noticeTemplates } from './notice-templates.ts'
import { halls, people } from './people.ts'
import { quarantine } from './quarantine.ts'
import { usualOpinions } from './usual-opinions.ts'

/** 投影一览 — one question, one file. */
export const projections: readonly AnyProjection[] = [
  casesProjection, caseTimelines, casePaths, activities, catalogue, itemProposals, dictionaries, people, halls,
  organisations, noticeTemplates, keys, applicants, accessLog, cards, quarantine, looks, erasures, usualOpinions, absences, desk,
  cameras, holds, footageExports, footageHours, footageMoments, footageSeats,
]
export const groups: readonly AnyGroup[] = [departmentLoad]
