import type { DepartmentView } from '../../../projections/views-department.ts'
import { read } from '../../client.ts'
import { tell } from '../../tell.ts'

export type Announced = { from: string; to: string; reason: string; standIn?: string }
export const asks = {
  department: (department: string | undefined) => read<DepartmentView>('/department', { department }),
  announce: (person: string, said: Announced, key: string) => tell('workbench', person, 'announce-away', said, { key }),
  end: (person: string, number: number, key: string) => tell('workbench', person, 'end-away', { number }, { key }),
}
