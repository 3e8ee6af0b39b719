import type { Words } from './words.zh.ts'

/** What can be said, and what is asked for it. */
export const words: Words = {
  commands: {
    OpenHall: 'Open hall', ConfirmClock: 'Confirm clock', EnrolPerson: 'Enrol person', MovePerson: 'Move person', SuspendPerson: 'Suspend person',
    ReinstatePerson: 'Reinstate person', GrantRole: 'Grant role', WithdrawRole: 'Withdraw role', EstablishOrganisation: 'Establish organisation',
    RenameOrganisation: 'Rename organisation', CloseOrganisation: 'Close organisation', UnlockSignIn: 'Unlock sign in', BindKey: 'Bind key', LockKey: 'Lock key',
    UnlockKey: 'Unlock key', PublishCalendar: 'Publish calendar', AmendCalendar: 'Amend calendar', SetOfficeHours: 'Set office hours', PublishItem: 'Publish item',
    PublishDictionary: 'Publish dictionary', PublishNoticeTemplate: 'Publish notice wording', SubmitApplication: 'Submit an application', RegisterReceipt: 'Register receipt', CorrectOnSpot: 'Correct on spot',
    PreReview: 'Pre review', RequestSupplement: 'Ask for a supplement, once for all', SubmitSupplement: 'Submit supplement', AcceptCase: 'Accept the case',
    RefuseAcceptance: 'Refuse acceptance', ReturnCase: 'Return case', AttachDocument: 'Attach document', StartSpecialProcedure: 'Start special procedure',
    EndSpecialProcedure: 'End special procedure', ExtendLimit: 'Extend limit', NotifyThirdParty: 'Notify third party', OpenSubCase: 'Open sub case',
    GiveSubOpinion: 'Give sub opinion', ReportUp: 'Report up', RecordSuperiorDecision: 'Record superior decision', CompleteHandling: 'Complete handling',
    ReviewCase: 'Review case', ApproveCase: 'Approve case', SendBack: 'Send back', CompleteStep: 'Complete step', UrgeCase: 'Urge case', SendNotice: 'Send notice',
    AssessFee: 'Assess fee', ChargeFee: 'Charge fee', RefundFee: 'Refund fee', DecideCase: 'Decide case', ConcludeCase: 'Conclude case', TerminateCase: 'Terminate case',
    WithdrawApplication: 'Withdraw application', DeliverResult: 'Deliver result', PublishDecision: 'Publish decision', ArchiveCase: 'Archive case',
    CorrectRecord: 'Correct record', RevokeCard: 'Revoke card', FileCardAppeal: 'File card appeal', DecideCardAppeal: 'Decide card appeal', StayCard: 'Stay card',
    CorrectCard: 'Correct card', ConfirmCorrection: 'Confirm correction', ConfirmCard: 'Confirm card', RecordSanction: 'Record sanction', ProposeRule: 'Propose rule',
    PublishRule: 'Publish rule', ProposeRetirement: 'Propose retirement of rule', RetireRule: 'Retire rule', RequestOpening: 'Request opening', ApproveOpening: 'Approve opening', DelayDisclosure: 'Delay disclosure',
    RequestErasure: 'Request erasure', DecideErasure: 'Decide erasure', ProposeItem: 'Propose item',
    KeepOpinion: 'Keep opinion', DropOpinion: 'Drop opinion', AnnounceAway: 'Announce away', EndAway: 'End away',
    RegisterCamera: 'Register a camera', ChangeCamera: 'Change a camera', RetireCamera: 'Retire a camera', IssueStreamKey: 'Issue a stream key',
    PlaceHold: 'Hold footage', RequestHoldRelease: 'Ask to release a hold', ApproveHoldRelease: 'Approve releasing a hold', RequestExport: 'Ask for an export of footage',
    ApproveExport: 'Approve an export of footage', SetRetention: 'Set how long footage stays', DeclareFilming: 'Declare what is filmed', AllowShortening: 'Allow footage to stay for less',
  },
  fields: {
    reason: 'Reason', basis: 'Basis', name: 'Name', from: 'From', to: 'To', on: 'On', step: 'Step', workingDays: 'Working days',
    promisedWorkingDays: 'Promised working days', officers: 'Officers', material: 'Material', what: 'What', field: 'Field', matter: 'Matter', pages: 'Pages',
    remark: 'Remark', licenceNo: 'Licence no', expiresOn: 'Expires on', zh: 'Chinese', en: 'English', retired: 'Retired', code: 'Code', min: 'Min', max: 'Max',
    maxLength: 'Max length', pattern: 'Pattern', is: 'Is', statute: 'Statute', clause: 'Clause',
  },
}
