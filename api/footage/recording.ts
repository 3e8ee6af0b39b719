import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration } from '../../video/channel.ts'
import type { Rooms } from '../rooms.ts'
import { openFootage, type Footage } from './child.ts'
import { footageConfig, recordFootage } from './config.ts'
import type { FootagePort } from './port.ts'

/** 收流 — where cameras push to: this machine alone, unless somebody says otherwise. */
export type CameraDoor = Required<Pick<Configuration, 'rtmpPort' | 'rtmpHost'>>
/** Where none other is said: RTMP's own. */
export const usualDoor: CameraDoor = { rtmpPort: 1935, rtmpHost: '127.0.0.1' }
/** sockaddr_un holds 108 bytes; a longer path is reached through an open descriptor of its folder, here as in the other process. */
const longestPath = 100, socketName = 'video.sock'

/** 录像间 — begins its process with the first camera that is registered, tells it of every change of the register, and puts into the book what it reports. */
export function openRecording(rooms: Rooms, { main, door = usualDoor, onError }: { main: string; door?: CameraDoor; onError(error: unknown): void }): FootagePort & { close(): Promise<void> } {
  let footage: Footage | undefined, closing = false
  const socket = join(rooms.dir, socketName), isLong = Buffer.byteLength(socket) > longestPath, folder = isLong ? openSync(rooms.dir, 'r') : undefined
  const configuration = async (): Promise<Configuration> => ({ ...await footageConfig(rooms), ...door, socket: folder === undefined ? socket : `/proc/${process.pid}/fd/${folder}/${socketName}` })
  async function look() {
    if (closing) return
    if (footage) return footage.configure()
    if ((await footageConfig(rooms)).cameras.length === 0 || closing || footage) return
    footage = openFootage({ main, configuration, onReport: (report) => recordFootage(rooms, report), onError, onStorage: (storage) => { if (changes(storage.state)) look().catch(onError) },
      onDiscrepancy: ({ camera, file, what }) => onError(new Error(`录像库不符 / the store is not what the book says: ${camera} ${file} ${what}`)) })
  }
  let stood = ''
  /** A disk that fills, or has room again, changes which cameras are recorded. */
  const changes = (state: string) => stood !== state && (stood = state) !== ''
  const stop = rooms.onChanged((changed) => {
    if ('many' in changed ? changed.collections.includes('cameras') : changed.changes.some(({ collection }) => collection === 'cameras')) look().catch(onError)
  })
  look().catch(onError)
  return {
    states: () => footage?.states() ?? new Map(),
    storage: () => footage?.storage(),
    expire: async (camera, segments) => footage?.expire(camera, segments),
    configure: look,
    live: () => footage?.ready() && (folder === undefined ? socket : `/proc/self/fd/${folder}/${socketName}`),
    opened: async () => footage?.opened(),
    async close() {
      closing = true
      stop()
      await footage?.close()
      if (folder !== undefined) closeSync(folder)
    },
  }
}
