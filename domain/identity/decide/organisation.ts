import { decider, refuse } from '../../kernel/decider.ts'
import type { IdentityCommand, IdentityEvent } from '../events.ts'

type OrganisationCommand = Extract<IdentityCommand, { type: 'EstablishOrganisation' | 'RenameOrganisation' | 'CloseOrganisation' }>
type OrganisationEvent = Extract<IdentityEvent, { type: 'OrganisationEstablished' | 'OrganisationRenamed' | 'OrganisationClosed' }>
type Kind = Extract<OrganisationEvent, { type: 'OrganisationEstablished' }>['data']['kind']
/** 组织 as far as what is below it must know. */
export type OrganisationReference = { kind: Kind; division?: string | undefined; closed: boolean }
/** 下级组织 that are not closed. */
export type ChildrenReference = { open: number }

/** What each kind stands below; a region may be the topmost. */
const below: Readonly<Record<Kind, Kind>> = { region: 'region', department: 'region', office: 'department', hall: 'region', window: 'hall' }
/** 行政区划代码 without the noughts that only fill it up: a province has two digits, a city four, a county six, a township nine, a village twelve. */
const significant = (division: string) => {
  const tail = division.slice(6).replace(/(?:000)+$/, '')
  return tail === '' ? division.slice(0, 6).replace(/(?:00)+$/, '') : division.slice(0, 6) + tail
}
const within = (outer: string, inner: string) => significant(inner).startsWith(significant(outer))

type Organisation = { organisation?: OrganisationReference & { name: string } }
/** 组织 — a tree of regions, departments with their offices, halls with their windows; a name may change, an id never. */
export function evolveOrganisation(state: Organisation, { type, data }: OrganisationEvent): Organisation {
  if (type === 'OrganisationEstablished') return { organisation: { name: data.name, kind: data.kind, division: data.division, closed: false } }
  if (!state.organisation) return state
  return { organisation: { ...state.organisation, ...(type === 'OrganisationRenamed' ? { name: data.name } : { closed: true }) } }
}
const parentOf = (_state: Organisation, { parent }: { parent?: string | undefined }) => parent === undefined ? undefined : { id: parent }

export const organisationDecider = decider<Organisation, OrganisationCommand, OrganisationEvent, { parent: OrganisationReference; children: ChildrenReference }>()({
  needs: { EstablishOrganisation: { parent: parentOf }, RenameOrganisation: {}, CloseOrganisation: { children: (_state, _data, id) => ({ id }) } },
  initial: {},
  evolve: evolveOrganisation,
  answers: {
    EstablishOrganisation({ organisation }, data, { id, parent }) {
      if (organisation) return refuse('already-established')
      if (data.parent === undefined) {
        return data.kind === 'region' ? [{ type: 'OrganisationEstablished', data: { organisation: id, ...data } }] : refuse('parent-of-another-kind')
      }
      if (!parent) return refuse('no-such-organisation')
      if (parent.closed) return refuse('organisation-closed')
      if (parent.kind !== below[data.kind]) return refuse('parent-of-another-kind')
      const { division } = data
      if (division !== undefined && parent.division !== undefined && !within(parent.division, division)) return refuse('division-elsewhere')
      return [{ type: 'OrganisationEstablished', data: { organisation: id, ...data } }]
    },
    RenameOrganisation({ organisation }, { name }, { id }) {
      if (!organisation) return refuse('no-such-organisation')
      if (organisation.closed) return refuse('organisation-closed')
      return organisation.name === name ? [] : [{ type: 'OrganisationRenamed', data: { organisation: id, name } }]
    },
    CloseOrganisation({ organisation }, { reason }, { id, children }) {
      if (!organisation) return refuse('no-such-organisation')
      if (organisation.closed) return []
      return children && children.open > 0 ? refuse('children-open') : [{ type: 'OrganisationClosed', data: { organisation: id, reason } }]
    },
  },
})
