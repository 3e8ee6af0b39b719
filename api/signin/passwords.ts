import { Unanswerable } from '../problems.ts'

/** Long enough, and still the first that are tried. */
const common = [
  'password1234', 'password12345', 'password123456', 'passwordpassword', 'passw0rd1234', 'p@ssw0rd1234', 'p@ssword1234', 'qwertyuiop12',
  'qwertyuiop123', 'qwertyuiopasdfghjkl', 'qwerty123456', 'qwerty1234567', 'qwer1234qwer1234', '1qaz2wsx3edc', '1qaz2wsx3edc4rfv', 'qazwsxedcrfv',
  'zaq12wsxcde3', 'abcdefghijkl', 'abcd12345678', 'abcdefg12345', 'abc123456789', 'a123456789012', 'a1b2c3d4e5f6', 'asdfghjkl123', 'zxcvbnm12345',
  'iloveyou1234', 'iloveyou520520', 'woaini1314520', 'woaini5201314', 'woaiwojia123', 'administrator', 'administrator1', 'admin1234567',
  'admin12345678', 'adminadmin12', 'root12345678', 'letmein12345', 'welcome12345', 'changeme1234', 'changeme12345', 'test12345678', 'testtesttest',
  'guest1234567', 'user12345678', 'zhongguo1234', 'zhongguo123456', 'beijing12345', 'zhengwu123456', 'mingjian1234', 'mingjian12345',
  'mingjian123456', 'mima12345678', 'huanying1234', 'computer1234', 'internet1234', 'superman1234', 'football1234', 'baseball1234', 'sunshine1234',
  'princess1234', 'dragon123456', 'monkey123456', 'shadow123456', 'master123456',
]
const least = 12, most = 128

const fault = (code: string, zh: string, en: string, field: string) => new Unanswerable(422, code, zh, en, { field })
const keyboard = ['0123456789'.repeat(13), 'abcdefghijklmnopqrstuvwxyz'.repeat(5), 'qwertyuiopasdfghjklzxcvbnm'.repeat(5)]
const inOrder = [...keyboard, ...keyboard.map((keys) => [...keys].reverse().join(''))]
/** 口令规则 (NIST 800-63B) — length, and not what everybody would try first; nothing about what letters it is made of. */
export function checkPassword(password: string, own: readonly string[], field = 'password'): void {
  const letters = [...password.normalize('NFKC')], plain = letters.join('').toLowerCase()
  if (letters.length < least) throw fault('password-too-short', `密码至少 ${least} 个字符`, `A password has at least ${least} characters`, field)
  if (letters.length > most) throw fault('password-too-long', `密码至多 ${most} 个字符`, `A password has at most ${most} characters`, field)
  if (own.some((word) => [...word].length >= 2 && plain.includes(word.toLowerCase()))) {
    throw fault('password-names-you', '密码不能含有自己的编号、姓名或号码', 'A password does not contain your own id, name or number', field)
  }
  // A few letters over and over, or in the order of the alphabet, are as good as a word on the list.
  if (common.includes(plain) || new Set(letters).size < 4 || /^(.{1,4})\1+$/u.test(plain) || inOrder.some((keys) => keys.includes(plain))) {
    throw fault('password-common', '这个密码太常见，容易被猜到', 'This password is among those that are tried first', field)
  }
}
