import type { Away, DepartmentView } from '../../../projections/views-department.ts'
import { read } from '../../client.ts'
import { tell } from '../../tell.ts'

export type Announced = { from: string; to: string; reason: string; standIn?: string }
/** 我的外出, and who could stand in. */
export type MyAway = { on: string; away: Away[]; colleagues: { person: string; name: string; post: string }[] }
export const asks = {
  mine: () => read<MyAway>('/me/away'),
  department: (department: string | undefined) => read<DepartmentView>('/department', { department }),
  announce: (person: string, said: Announced, key: string) => tell('workbench', person, 'announce-away', said, { key }),
  end: (person: string, number: number, key: string) => tell('workbench', person, 'end-away', { number }, { key }),
}
