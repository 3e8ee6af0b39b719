import type { Owned } from '../../domain/identity/reach.ts'
import type { Rooms } from '../rooms.ts'
import { cameraOf } from './references.ts'

type Scope = { camera?: unknown; case?: unknown }
const atHall = (hall: string): Owned => ({ department: '', hall, applicants: [], officers: [], coDepartments: [] })

/** 录像的归属 — footage is the hall's where its camera hangs; what is asked for a case is where the case is. Of a hold or an export by what it was asked for;
    nothing where there is none, or where it names nothing that there is. */
export async function ownedFootage(rooms: Rooms, id: string, type: string, said: Scope, ownedCase: (id: string) => Promise<Owned | undefined>): Promise<Owned | undefined> {
  if (type === 'DeclareFilming') return atHall(id)
  const isNew = type === 'PlaceHold' || type === 'RequestExport', stream = type.includes('Export') ? `evidence-export.${id}` : `evidence-hold.${id}`
  const scope = isNew ? said : (await rooms.book.readStream(stream))[0]?.data as Scope | undefined
  if (typeof scope?.camera === 'string') {
    const camera = await cameraOf(rooms.book, scope.camera), about = typeof scope.case === 'string' ? await ownedCase(scope.case) : undefined
    if (!camera || (typeof scope.case === 'string' && !about)) return undefined
    // Of both: whoever reaches the camera's hall and not the case's reaches neither, for facts of the case leave with the footage.
    return about && about.hall !== camera.hall ? { ...about, hall: '' } : atHall(camera.hall)
  }
  return typeof scope?.case === 'string' ? ownedCase(scope.case) : undefined
}
