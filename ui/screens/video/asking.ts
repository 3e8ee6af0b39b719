/** 申请之辞 — the command and its words for a stretch of a camera's recording. */
type Wanted = { camera: string; fromMs: number; toMs: number; caseId: string | undefined; reason: string }
const stretch = ({ camera, fromMs, toMs }: Wanted) => ({ camera, fromMs, toMs })
export const asking = {
  hold: (wanted: Wanted) => ({ command: 'place-hold', body: { ...stretch(wanted), reason: wanted.reason } }),
  export: (wanted: Wanted) => ({ command: 'request-export', body: { ...stretch(wanted), ...(wanted.caseId !== undefined && { case: wanted.caseId }), reason: wanted.reason } }),
}
