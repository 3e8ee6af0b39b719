import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  title: 'Work on the case', clocks: 'Time limits', ledger: 'ledger', ledgerOf: 'Ledger of the time limit', promised: (limit) => `Promised (${limit})`, law: (limit) => `By law (${limit})`,
  noClock: 'not running', provisional: 'provisional', materials: 'Documents', received: (n, pages) => `${n} received${pages && `, ${many(pages, 'page')}`}`, noMaterials: 'No documents on record', missing: 'missing', pages: (n) => many(n, 'page'),
  files: 'Files', attach: 'Hand in a file', view: (name) => `View ${name}`, zoomIn: 'Larger', zoomOut: 'Smaller', turn: 'Turn 90°', download: 'Download', pdf: 'This is a PDF; download it to read it.', picture: (name) => `Picture of the file ${name}`,
  history: 'History', open: 'Open the whole case and its time machine', subCases: 'Opinions of others', owed: 'no opinion yet', due: (day) => `answer due ${day}`,
  opinion: 'My opinion', saved: (time) => `saved ${time}`, usual: 'Usual opinions', keep: 'Keep as usual', kept: 'Kept',
  next: 'Next step', others: 'What else may be done', more: (n) => many(n, 'other'), back: (what) => `Back to: ${what}`, cannot: 'What may not be done', nothing: 'Nothing waits for you here.', nothingMore: 'The case waits elsewhere; you may read it.',
  waitingFor: (step, names) => `Then: ${step}${names && ` · ${names}`}`, sent: 'Waiting to be sent: it goes out once, when the line is back.', optional: ' (optional)', required: 'to be filled in', tooMuch: 'too long', choose: 'choose', saying: 'Recording…',
  verdict: (what, how) => `${what}: ${how}`, thenSend: ', ', send: (name, step) => `Send to ${name} for ${step}`, because: (why) => `: ${why}`, between: ', ', again: 'Read again', full: 'Whole case',
  done: (what) => `Recorded: ${what}`, add: 'Add one', remove: (n) => `Remove no. ${n}`,
  commands: {
    'register-receipt': 'Register receipt', 'correct-on-spot': 'Correct on the spot', 'pre-review': 'Pre-review', 'request-supplement': 'Ask for documents', 'submit-supplement': 'Take in what was asked for', 'accept-case': 'Accept', 'refuse-acceptance': 'Refuse acceptance', 'return-case': 'Return',
    'start-special-procedure': 'Start a special procedure', 'end-special-procedure': 'End the special procedure', 'extend-limit': 'Extend the limit', 'notify-third-party': 'Notify third parties', 'open-sub-case': 'Ask a department', 'give-sub-opinion': 'Give the opinion', 'report-up': 'Report up',
    'record-superior-decision': 'Record the superior’s decision', 'complete-handling': 'Complete handling', 'review-case': 'Review', 'approve-case': 'Approve', 'send-back': 'Send back', 'complete-step': 'Record a step', 'urge-case': 'Urge', 'send-notice': 'Send a notice',
    'assess-fee': 'Assess a fee', 'charge-fee': 'Charge a fee', 'refund-fee': 'Refund', 'decide-case': 'Decide', 'conclude-case': 'Conclude', 'terminate-case': 'Terminate', 'withdraw-application': 'Withdraw', 'deliver-result': 'Deliver', 'publish-decision': 'Publish the decision',
    'archive-case': 'Archive', 'correct-record': 'Correct the record', 'attach-document': 'Hand in a file',
  },
  refusedTo: (what) => `Not possible: ${what.toLowerCase()}`,
  fields: {
    opinion: 'Opinion', result: 'Conclusion', reason: 'Reason', basis: 'Basis', remedies: 'Remedies', to: 'Back to', kind: 'Kind', plannedWorkingDays: 'Planned working days', approver: 'Approved by', workingDays: 'Extended by working days', interest: 'Interest at stake', parties: 'How many persons',
    department: 'Department', subCase: 'Opinion on', documentNo: 'Document number', step: 'What was done', channel: 'How it is sent', standardId: 'Fee standard', amountFen: 'Amount (yuan)', receiptNo: 'Receipt number', method: 'How it is delivered', where: 'Where it is published', archiveNo: 'Archive number', target: 'Which entry',
    correct: 'It should say', reasonCode: 'Which case it is', rightOrgan: 'The organ to apply to', materials: 'Documents', material: 'Document', what: 'What was changed', asked: 'Documents asked for', list: 'Documents received', pages: 'Pages',
  },
  fieldsOf: { 'end-special-procedure': { result: 'Outcome' }, 'send-notice': { kind: 'Notice' }, 'start-special-procedure': { kind: 'Special procedure' } },
  values: { window: 'at the window', post: 'by post', online: 'online', sms: 'by text message', pass: 'agree', back: 'send back', refuse: 'refuse', grant: 'grant', agree: 'agree', disagree: 'disagree', handling: 'handling', reviewing: 'review', approving: 'approval' },
  remediesUsual: 'You may apply for administrative reconsideration within sixty days, or bring an administrative action within six months, of receiving this decision.',
  fallback: { handling: ['Documents complete, conditions met; to be granted.', 'Checked and in order; to be granted.', 'Conditions not met; to be refused, because: '], reviewing: ['I agree with the examiner.', 'In order and complete; agreed.', 'Sent back to be completed: '], approving: ['Agreed.', 'Not agreed, because: '], other: ['Agreed.', 'Not agreed, because: '] },
}
