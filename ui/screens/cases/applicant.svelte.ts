/** 申请人 that is searched for: kept by this page alone, so that no address, history or log has the name. */
function openApplicant() {
  let said = $state('')
  return {
    get said() { return said },
    say(text: string) { said = text },
  }
}
export const applicant = openApplicant()
