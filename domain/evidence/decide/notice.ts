import { canonical } from '../../kernel/canonical.ts'
import { decider, refuse } from '../../kernel/decider.ts'
import type { Said, Written } from '../events.ts'

type Notice = Said<'DeclareFilming'>['data']
/** 公示 as it was declared last. */
export const noticeIn = ({ data: { hall: _, by: __, ...notice } }: Written<'FilmingDeclared'>): Notice => notice

/** 拍摄公示 of a hall, whole each time. */
export const noticeDecider = decider<{ notice?: Notice }, Said<'DeclareFilming'>, Written<'FilmingDeclared'>, { hall: object }>()({
  needs: { DeclareFilming: { hall: (_, __, id) => ({ id }) } },
  initial: {},
  evolve: (_, fact) => ({ notice: noticeIn(fact) }),
  answers: {
    DeclareFilming({ notice }, data, { id, by, hall }) {
      if (!hall) return refuse('no-such-hall-to-film')
      return notice && canonical(notice) === canonical(data) ? [] : [{ type: 'FilmingDeclared', data: { hall: id, ...data, by: by.person } }]
    },
  },
})
