import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  history: { file: (no, at) => `History-${no}${at && `-${at}`}`, columns: { position: 'Position in the book', happened: 'Happened', recorded: 'Recorded', what: 'Fact', kind: 'Kind', who: 'By', says: 'What it says', corrected: 'Corrections', source: 'Source' } },
  opinions: 'Opinions', noOpinions: 'No opinion yet.', noOpinionsThen: 'There was no opinion yet.', round: (n) => `Round ${n}`, count: (n) => `${n}`,
  notForApplicant: 'For the handling office and inspectors only.',
  steps: { ApplicationPreReviewed: 'Pre-review', HandlingCompleted: 'Examination', ReviewCompleted: 'Review', ApprovalGiven: 'Approval', SubOpinionGiven: 'Co-handler', CaseReportedUp: 'Reported up', SuperiorDecided: 'Superior decided', StepSentBack: 'Sent back' },
  materials: 'Documents', noMaterials: 'No documents yet.', noMaterialsThen: 'There were no documents yet.', copies: (n) => n, blankForms: 'Blank forms and examples', asked: 'Asked for', supplied: 'handed in since', notSupplied: 'not handed in', because: (reason, basis) => [reason, basis].filter(Boolean).join(' · '),
  opens: (name) => `${name}, opens in a new page`, handedIn: 'received', attached: 'attached', corrected: 'corrected',
  decide: 'Work on this card', decideLabel: (name) => `Work on this card: ${name}`,
  proof: 'Proof', placeOf: (position) => `This fact is no. ${position} in the book`, headOf: (size, time) => `Head of the book: ${many(size, 'fact')}${time && `, witnessed ${time}`}`, notWitnessed: 'The book has no outside witness yet', witnesses: (n) => many(n, 'witness', 'witnesses'),
  witnessTrouble: (name) => `${name} did not answer`, see: 'Check this fact', key: 'v', checking: 'Checking…', holds: 'Checked on this computer: it agrees with the head of the book and is unchanged since', holdsNot: 'It does not agree with the head of the book. Leave everything as it is and tell the auditor.',
  promised: 'To be anchored: under a head within a minute', unchecked: 'This browser cannot compute digests here: download it and check offline', download: 'Download proof', offline: 'How to check offline', offlineHow: 'Give the file and the published head of the book to the verifier:', command: (file) => `mingjian verify-receipt ${file} --head checkpoint.txt`,
  head: 'Download the head', leafHash: 'Digest of the fact', factOf: (title) => `Proof: ${title}`, noHead: 'The head of the book cannot be read here.', proveLabel: (position, title) => `Proof of no. ${position}: ${title}`,
  looks: 'Who looked', looksTitle: 'Who looked at this case', noLooks: 'Nobody has looked yet.', more: 'The latest 50 only.', lookLine: (name, department, kind) => [name, department, kind].filter(Boolean).join(' · '),
  sealed: 'sealed', open: 'state a purpose to view', openTitle: 'Open what is sealed', purpose: 'Purpose', purposeMore: 'It is recorded with your name; the person concerned can read it.', openGo: 'Record the purpose and open', reseal: 'Seal again', restricted: 'processing restricted', gone: 'erased', empty: 'Nothing is sealed here.', purposeNeeded: 'State a purpose first',
  sealedFields: { applicantName: 'Applicant', applicantNumber: 'ID number', agentName: 'Agent', form: 'Application form' },
  speed: 'Speed', times: (n) => `${n}×`, pin: 'Pin as A', unpin: 'Unpin', pinned: (moment) => `A: ${moment}`, a: 'A', b: 'B', compareTo: 'Two moments compared', between: 'Facts in between', none: 'none', andMore: (n) => `and ${n} more`, undone: 'In A and not in B', fields: 'Content',
  earlier: (n) => `${n} more before`, later: (n) => `${n} more after`,
  footage: 'Recording', footageOf: (fact, camera) => ` of ${fact}, ${camera}`, footageNone: 'Nothing was recorded then', footageGap: (cause) => `No recording: ${cause}`, footagePurged: (reasons) => `Deleted when its time was up: ${reasons.join(', ')}`,
  footageCauses: { camera: 'camera gone', network: 'network down', disk: 'disk takes nothing', clock: 'clock jumped', process: 'recorder restarted' }, footageReasons: { base: 'ordinary time', step: 'step of a case', supplement: 'supplement', complaint: 'complaint', card: 'appeal of a card', hold: 'order to keep', export: 'export' },
  work: 'Work', workOpen: 'Work on this case', of: (facts) => `${facts} in all`,
}
