/** 一次一个 — whoever signs in or out in any tab waits until what is being sent has been sent: nothing goes out under another's name. */
export const alone = <T>(act: () => Promise<T>): Promise<T> => 'locks' in navigator ? navigator.locks.request('mingjian session', act) as Promise<T> : act()
