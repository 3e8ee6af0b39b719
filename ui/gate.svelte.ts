/** 门口 — what the platform wants to hear before it answers: who one is, or what one looks for. */
function openGate() {
  let purposeWanted = $state(false), signedOut = $state(false)
  return {
    get purposeWanted() { return purposeWanted },
    get signedOut() { return signedOut },
    /** Each answer passes here; some are questions. */
    heard(status: number, code: string) {
      if (status === 428 && code === 'purpose-required') purposeWanted = true
      if (status === 401 && code === 'not-signed-in') signedOut = true
    },
    purposeSaid() { purposeWanted = false },
    wantPurpose() { purposeWanted = true },
  }
}
export const gate = openGate()
