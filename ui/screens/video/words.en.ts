import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  title: (hall) => `Video wall · ${hall}`, halls: 'Halls', hallLight: { late: 'something overdue', soon: 'something due soon, or a picture missing', ok: 'in order', hold: 'a clock stopped', done: 'in order' },
  noHalls: 'There is no hall that you may watch.', noCameras: 'No camera of this hall is registered yet.', wall: 'Pictures',
  empty: (time) => `Nobody since ${time}`, emptyNow: 'Nobody at the window', screen: 'Screen', overview: 'Overview',
  noPicture: (time) => `No picture since ${time}`, frozen: (time) => `Picture frozen since ${time}`, off: 'Not connected', waitingFirst: 'Waiting for the picture…', cause: (cause, minutes) => `${cause}, for ${minutes}`,
  minutes: (n) => many(n, 'minute'), seconds: (n) => many(n, 'second'), lessThanMinute: 'less than a minute',
  silent: (names) => `No picture: ${names}`, silentCount: (n) => `${many(n, 'camera')} without a picture`, silentOne: (name, time) => `${name} since ${time}`,
  causes: { camera: 'Camera gone', network: 'Network down', disk: 'Disk takes nothing', clock: 'Clock jumped', process: 'Recorder restarted', publisher: 'Camera gone', 'never-came': 'No picture yet', retired: 'Retired' },
  causeUnknown: 'Cause unknown', grow: (name) => `Enlarge ${name}`, keyFrames: 'Key frames only', left: (time) => `${time} left`, hoursMinutes: (h, m) => `${h} h ${m} min`, dueBy: (day) => `by ${day}`, over: 'Overdue',
  playback: 'Playback', live: 'Live', backToLive: 'Back to live', openCase: 'Open the case', wallAgain: 'Back to the wall', noCaseThen: 'No case stood at the window at this moment.', before: (time, fact) => `Next: ${time} ${fact}`,
  last: (time, fact, case_) => `${time} ${fact}, ${case_}`, holder: (name) => `With ${name}`,
  none: { gap: (time, cause) => `Not recorded since ${time}: ${cause}`, gapUntil: (from, to, cause) => `${from}—${to} not recorded: ${cause}`, purged: 'Deleted when its time was up; the deletion is on record', never: 'Nothing was recorded at this moment', toNext: (time) => `To ${time}, where there is a picture` },
  whyTitle: 'Why you look at the recording', whyMore: 'Every look is on record: who, what and why. A case number or a reason is enough.', whyCase: 'Case number', whyReason: 'Reason', whyReasonMore: 'For example: complaint, check of R-11', whyGo: 'Record the purpose and look', whyNeeded: 'Give a case number or a reason', noSuchCase: 'There is no such number, or not for you', looked: (why) => `On record: ${why}`,
  ofCase: (caseNo) => `case ${caseNo}`, problems: { footage: 'This recording cannot be read', 404: 'This recording is gone, or not for you', 410: 'This look has run out; state the purpose again' },
  timeline: 'Time line', region: 'Time line, scrolls sideways', slider: 'Moment of playback', sliderMore: 'Arrows move one second, page keys go to the previous or next fact', facts: 'Facts', previous: 'Previous fact', next: 'Next fact', play: 'Play', pause: 'Pause', time: 'Moment; type one to go there', timeWrong: 'Write it like 10:22:55', speed: 'Speed', times: { '0.25': '¼', '0.5': '½', '1': '1×', '2': '2×', '4': '4×', '8': '8×' },
  frame: 'Frame', frameBack: 'One frame back', frameOn: 'One frame on', together: (n) => `${n} in step`, zoom: 'Stretch of time', lengths: { m1: '1 min', m20: '20 min', h2: '2 h', d1: '1 day' }, zoomIn: 'Enlarge the time line', zoomOut: 'Shrink the time line',
  snapshot: 'Snapshot (masked)', hold: 'Ask to keep', export: 'Ask to export', table: 'Show table', picture: 'Show picture',
  gap: (length, cause) => `${length} missing, ${cause}`, gapOpen: (cause) => `${cause}, not back yet`, kept: (reason, until) => `${reason}${until && `, until ${until}`}`,
  reasons: { base: 'Ordinary time', step: 'Step of a case', supplement: 'Supplement asked for', complaint: 'Complaint', card: 'Appeal period of a card', hold: 'Order to keep', export: 'Waits to be exported' },
  at: (time, what) => `${time}, ${what}`, factAt: (time, fact, caseNo) => `${time} ${fact}, ${caseNo}, go to this second`, hasPicture: 'recorded',
  head: { time: 'Time', what: 'What', camera: 'Camera' }, rows: { fact: (fact, caseNo) => `${fact} · ${caseNo}`, purged: 'Deleted when its time was up' }, noRows: 'Neither facts nor gaps in this stretch.',
  askTitle: { hold: 'Keep this recording', export: 'Export this recording as evidence' }, askMore: { hold: 'What is kept is not deleted when its time is up, until two people who may agree to let it go.', export: 'Another inspector has to agree; the bundle is signed, and anybody can check it.' }, from: 'From', to: 'To', reason: 'Reason', askGo: { hold: 'Ask to keep', export: 'Ask to export' }, cancel: 'Leave it', asked: { hold: 'Asked to keep it', export: 'Asked to export; an inspector has to agree' }, wrongRange: 'From has to be before to', bundle: 'Download the bundle',
  stretch: (camera, day, from, to) => `${camera}, ${day}, ${from}—${to}`,
  held: { title: 'Kept and exported', open: 'Kept and exported', holds: 'Kept', noHolds: 'No recording is held.', exports: 'Exports', noExports: 'Nobody has asked for an export.', placed: (by, at) => `${by}, ${at}`, asked: (by, reason) => `${by} asks to let it go: ${reason}`, why: 'Why it may go', askRelease: 'Ask to let go', approveRelease: 'Agree to let go', approveExport: 'Agree to export', states: { requested: 'Waits', approved: 'Agreed', made: 'Taken' } },
  lookOnly: 'Recordings are for hall monitors and inspectors, with a purpose; here one sees what is live.', list: (names) => names.join(', '), keys: { play: 'Play, pause', facts: 'Previous, next fact', frame: 'Frame by frame', zoom: 'Enlarge, shrink the time line', hall: 'Hall by its number', wall: 'Back to the wall' },
}
