import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  sentence: { mine: { before: 'I took in ', after: (one) => one ? ' case today' : ' cases today' }, none: 'Nothing taken in yet today', supplied: { before: '; ', after: (one) => one ? ' has been supplemented' : ' have been supplemented' }, waiting: { before: '; ', after: (one) => one ? ' waits for acceptance' : ' wait for acceptance' }, ready: { before: '; ', after: (one) => one ? ' waits to be collected' : ' wait to be collected' }, end: '.' },
  half: 'This one is only half done: finish it or clear it, then go on with another.',
  openList: (name, n) => `${name}: ${n}, open the list`,
  lists: { mine: 'Taken in by me today', supplied: 'Supplemented', waiting: 'To be accepted', asked: 'Waiting for the applicant', ready: 'To be collected' },
  listed: { empty: { mine: 'Nothing taken in yet today.', supplied: 'No supplements have come in.', waiting: 'Nothing waits for acceptance.', asked: 'Nobody has been asked for a supplement.', ready: 'Nothing waits to be collected.' }, more: (shown, all) => `${all} in all; ${many(shown, 'is', 'are')} shown here.`, whole: 'See all of them',
    columns: { light: 'Limit', item: 'Case', stage: 'State', act: 'Action' }, goOn: 'Go on', hand: 'Hand over', handLate: 'Late entry', handLateOf: (no) => `Late entry: ${no} was handed over`, paper: 'Print again', handed: (no) => `${no} handed over.`, waits: 'Offline: it goes out once, when the line is back.', title: 'The window today' },
  who: {
    title: 'Applicant', find: 'Name, mobile, resident number or organisation code', hint: 'Scan the card, or type the whole name or number', looking: 'Looking…', results: 'Found', choose: (name) => `Choose ${name}`,
    none: 'Nobody of that name or number is registered.', noneOrganisation: 'No case of this organisation yet.', add: 'Register the applicant', name: 'Name', number: 'Number of the document', phone: 'Mobile (optional)', document: 'Document looked at',
    documents: { 'resident-card': 'Resident identity card', 'residence-permit': 'Permanent residence card', passport: 'Passport', other: 'Another document' }, save: 'Document checked, register', organisation: 'Name of the organisation', takeOrganisation: 'Use this organisation',
    change: 'Somebody else', casesHere: (n) => `${n} at this hall`, noCases: 'No case at this hall', phone4: (kept) => `Phone ${kept}`, more: 'There are more of that name; use the number of the document.',
    agent: 'An agent is here', agentTitle: 'Agent', authorisation: 'Letter of authorisation', authorisationLaw: 'Administrative Licensing Law, art. 29', registered: 'Registered', chosen: 'Applicant chosen', checked: 'The check digit is right',
  },
  item: {
    title: 'Item', find: 'Name, pinyin initials or code of the item', usual: 'Usual', found: 'Items found', none: 'There is no such item.', change: 'Another item', promise: (days) => `Promised in ${days}`, immediate: 'Immediate: done the same day',
    notYours: 'You are not authorised to accept this item; another window is.', own: (n) => `${n} accepted by you`, statutory: (days) => `By law ${days}`, form: 'Form',
    renewal: 'Licence to be renewed', licenceNo: 'Number of the licence', expiresOn: 'Runs out on', renewalHint: 'Without a decision before it runs out it counts as renewed.',
  },
  materials: {
    title: 'Documents', all: 'All received', got: 'Received', pages: 'Pages', pagesOf: (name) => `Pages of ${name}`, required: 'Required', optional: 'Optional', copies: (n) => many(n, 'copy', 'copies'), kinds: { original: 'Original', copy: 'Copy', electronic: 'Electronic' },
    attach: 'Attach', attachTo: (name) => `Attach to ${name}`, camera: 'Photograph', cameraFor: (name) => `Photograph ${name}`, late: 'Materials that did not come in just now may be entered with the moment at which they did.', drop: 'Files may be dropped here, or pasted into this row', uploaded: 'Kept', waits: 'Waiting', lost: 'Not sent; choose it again', remove: (name) => `Remove ${name}`,
    count: (got, all) => `${got} / ${all}`, wholeHint: 'Choose an item; its list appears here.', wrongPages: 'Pages are a whole number from 0 to 10,000',
  },
  notice: {
    title: (n) => `One-time notice: ${many(n, 'document')} missing`, lead: 'All in one notice; it can be given once only.', reason: 'What is missing and how to mend it', basis: 'Legal basis', usual: 'Not handed in',
    reasonOf: (name) => `${name}: what is missing and how to mend it`, basisOf: (name) => `${name}: legal basis`, told: 'The one-time notice has been given: with what it names handed in, the case has to be accepted.',
  },
  act: {
    accept: 'Accept', supplement: 'Give the one-time notice', supplementGo: 'Give it and print the notice', refuse: 'Refuse acceptance', supplied: 'Supplement received, accept', give: 'Not now, clear', sure: 'What has been received stays under “To be accepted”.', back: 'Back to the form',
    needs: { applicant: 'Choose the applicant first', item: 'Choose the item first', form: 'The form is not filled in yet', materials: (n) => `${many(n, 'required document is', 'required documents are')} missing: only the one-time notice can be given`, pages: 'A number of pages is wrong', agent: 'Choose the agent first', renewal: 'Enter the licence and when it runs out', authorised: 'You are not authorised to accept this item' },
    saved: (time) => `Kept on this computer ${time}`, busy: 'Working…', steps: { number: 'Number', submit: 'Application', upload: 'Files', receipt: 'List of documents', attach: 'Attachments', supplied: 'Supplement', accept: 'Acceptance', supplement: 'One-time notice', refuse: 'Refusal', notice: 'Notice on record' },
    stopped: 'The line is down and it stopped at this step. It goes on from here when the line is back; nothing is done twice.', keys: 'Ctrl ↵', began: (no) => `${no} is received: applicant and item can no longer change.`,
  },
  refusal: {
    title: 'Refuse acceptance', more: 'Reason, basis and remedies are stated. It cannot be taken back.', code: 'Ground', reason: 'Reason', basis: 'Legal basis', remedies: 'Remedies', organ: 'Organ to apply to', go: 'Refuse and print the notice', cancel: 'Not now',
    usualRemedies: 'Whoever disagrees may apply for administrative reconsideration within sixty days of receiving this notice, or bring an action within six months of receiving it.',
  },
  done: {
    accepted: (no) => `${no} accepted`, supplement: (no) => `One-time notice given, ${no}`, refused: (no) => `${no} not accepted`, print: 'Print', next: 'Next person', open: 'Open the case', receipt: 'Download the proof', receiptHint: 'The proof is verified offline: it shows that the acceptance stands in the book.',
    code: 'Access code', codeHint: 'With the number and this code the case can be followed. Shown this once.', issue: 'Issue an access code', again: 'Issue another code', checkedDocument: 'Document checked', which: 'Which notice', due: (day) => `done by ${day}`, handed: 'Handed over',
    immediate: 'Immediate: done today. Its steps appear here, and it can be handed over when it is concluded.', hand: 'Hand over to the applicant', concluded: 'Concluded; it can be handed over.', waits: (step) => `Now at: ${step}`, accessTold: 'Read it to the applicant, or print it on the notice.',
  },
  sheet: {
    titles: { receipt: 'Proof of receipt', acceptance: 'Notice of acceptance', supplement: 'One-time notice of documents to be supplemented', 'non-acceptance': 'Notice of non-acceptance' }, to: (name) => `To ${name}:`, nobody: 'the applicant', number: 'Case number', applicationNo: 'Application number', item: 'Item', received: 'Received on', accepted: 'Accepted on', told: 'Told on',
    refusedOn: 'Decided on', clerk: 'Officer', department: 'Department', hall: 'Place', materials: 'Documents received', material: 'Document', pages: 'Pages', no: 'No.', agent: 'Agent', noPages: '—',
    leads: {
      receipt: (item) => `The documents of your application for “${item}” have been received as listed. Whether they are complete is told once, within five working days; without a notice by then, the application counts as accepted from the day of receipt.`,
      acceptance: (item) => `Your application for “${item}” is complete and in the form that the law asks for. It is accepted.`,
      supplement: (item) => `Your application for “${item}” still needs the following documents. This is everything that is missing; once it is handed in, the application is accepted.`,
      'non-acceptance': (item) => `Your application for “${item}” has been examined and is not accepted.`,
    },
    due: 'Due day', dueLine: (day) => `Done by ${day} at the latest`, statutory: 'Last day by law', ledger: 'How the day is made up', asked: 'Documents to be supplemented', reason: 'Explanation', basis: 'Legal basis', reasonCode: 'Ground', remedies: 'Remedies', organ: 'Organ to apply to', fees: (yuan) => `Fee ${yuan}`, free: 'Free. If anyone charges you, call 12345.',
    law: { acceptance: 'Administrative Licensing Law, art. 32.', supplement: 'Administrative Licensing Law, art. 32(1)(4).', receipt: 'Administrative Licensing Law, art. 32.', 'non-acceptance': 'Administrative Licensing Law, art. 32.' },
    code: 'Access code', until: (moment) => `As of ${moment}`, head: (hash, size) => `Head of the book ${hash} (${many(size, 'fact')})`, barcode: (no) => `Barcode: ${no}`, demonstration: 'Demonstration, fictional data: not an official document.', region: (name) => `Unit: ${name}`, follow: 'Follow it from home', followHow: 'Scan the code or open this address, and give the number and the access code.', caseNo: 'Case number', noCode: 'The window issues the access code against your document.', qr: (address) => `QR code of the address where the case is followed: ${address}`,
    label: (title) => `${title}, as it is printed`, sign: '(seal)', unit: 'page',
  },
  noticeTitle: 'Print a notice', missing: 'There is no such notice.',
}
