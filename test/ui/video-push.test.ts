import { describe, expect, it } from 'vitest'
import { pushAddress } from '../../ui/screens/admin/cameras.svelte.ts'

const key = '0123456789abcdef0123456789abcdef'
describe('推流地址', () => {
  it.each([
    [{ port: 1935 }, 'county.example', `rtmp://127.0.0.1:1935/live/${key}`],
    [{ port: 1935, host: '0.0.0.0' }, 'county.example', `rtmp://county.example:1935/live/${key}`],
    [{ port: 1936, host: '::' }, '[2001:db8::7]', `rtmp://[2001:db8::7]:1936/live/${key}`],
    [{ port: 1935, host: '10.0.0.8' }, 'county.example', `rtmp://10.0.0.8:1935/live/${key}`],
    [{ port: 1935, host: '2001:db8::8' }, 'county.example', `rtmp://[2001:db8::8]:1935/live/${key}`],
  ])('%o, read at %s', (push, here, address) => expect(pushAddress({ key, push }, here)).toBe(address))
  it('is not known while the door is not open', () => expect(pushAddress({ key }, 'county.example')).toBeUndefined())
})
