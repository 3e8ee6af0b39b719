import { chanceOf, type Chance } from './chance.ts'
import { county } from './places.ts'

const kinds = {
  person: [], venue: ['宾馆', '浴室', '理发店', '游泳馆', '客栈', '网咖'], shop: ['商行', '百货店', '农资店', '便利店'], eatery: ['饭庄', '小吃店', '面馆', '食堂', '茶楼'],
  company: ['商贸有限公司', '科技有限公司', '建材有限公司', '人力资源有限公司', '食品有限公司'], pharmacy: ['大药房', '药店'], clinic: ['卫生院', '诊所', '医院', '口腔门诊部'],
  developer: ['置业有限公司', '建设有限公司', '城建投资有限公司'], waterworks: ['自来水站', '供水有限公司'], haulier: ['货运有限公司', '物流有限公司', '运输队'],
  farm: ['养殖场', '畜牧合作社', '种禽场'], school: ['幼儿园', '小学', '中学'], association: ['公益服务中心', '文化传播中心', '艺术团'],
} as const
export type ApplicantKind = keyof typeof kinds
export type Applicant = { applicantId: string } & ({ applicantName: string; applicantNumber: string } | { organisation: string })

const surnames = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜']
const given = [...'安柏晨丹恩帆歌禾佳凯兰铭宁平奇然思涛文欣雅泽舟彤岩悦昭珂']
const places = ['云栖', '青石', '白杨', '南渡', '石门', '柳林', '高桥', '清溪', '望城', '松坪']
const words = ['悦来', '福满', '临溪', '向阳', '同兴', '瑞丰', '长青', '明月', '金穗', '广源', '嘉和', '四季', '新禾', '永顺']
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const digits = (value: number, count: number) => String(value).padStart(count, '0')

/** 校验码 of GB 11643: 17 digits to 18 characters. */
export const residentId = (first17: string) => {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  return first17 + '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(first17[i]), 0) % 11]!
}
/** 校验码 of GB 32100: 17 characters to 18. */
export const creditCode = (first17: string) => {
  let sum = 0, weight = 1
  for (const character of first17) {
    sum += alphabet.indexOf(character) * weight
    weight = weight * 3 % 31
  }
  return first17 + alphabet[(31 - sum % 31) % 31]!
}
/** 主体标识码 of GB 11714: 8 characters to 9. */
export const organisationCode = (first8: string) => {
  const value = (character: string) => /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 55
  const rest = 11 - [3, 7, 9, 10, 5, 8, 4, 2].reduce((sum, weight, i) => sum + weight * value(first8[i]!), 0) % 11
  return first8 + (rest === 10 ? 'X' : rest === 11 ? '0' : String(rest))
}

function person({ whole, one, happens }: Chance, n: number): Applicant {
  const name = one('surname', surnames) + one('given', given) + (happens('two characters', 0.7) ? one('second', given) : '')
  const born = `${whole('year', 2090, 2109)}${digits(whole('month', 1, 12), 2)}${digits(whole('day', 1, 28), 2)}`
  return { applicantId: `P-${digits(n, 5)}`, applicantName: name, applicantNumber: residentId(`999999${born}${digits(n % 1000, 3)}`) }
}
function firm({ whole, one, happens }: Chance, kind: Exclude<ApplicantKind, 'person'>, n: number): Applicant {
  const name = `${happens('of the county', 0.4) ? '明镜县' : ''}${one('place', places)}${one('word', words)}${one<string>('kind', kinds[kind])}`
  const organisation = organisationCode(`MA${digits(n, 4)}${digits(whole('tail', 0, 99), 2)}`)
  return { applicantId: creditCode(`${kind === 'shop' || kind === 'eatery' ? '92' : '91'}${county.region}${organisation}`), organisation: name }
}

/** 申请人 — made up: a person born in a year that has not come, in a region that does not exist, or a firm of this county. They come again. */
export function applicantOf(seed: number, kind: ApplicantKind, n: number): Applicant {
  const chance = chanceOf(seed, `applicant ${kind} ${n}`)
  return kind === 'person' ? person(chance, n) : firm(chance, kind, n)
}
export const knownApplicants = (kind: ApplicantKind) => kind === 'person' ? 5000 : 240
