/** 明镜县 — fictional. The province codes of GB/T 2260 end at 82 and 99 is not assigned, so 990100 is nobody's. */
export const county = { name: '明镜县政务监察', region: '990100', zone: 'Asia/Shanghai' } as const

type Hall = { hall: string; name: string; kind: 'hall' | 'branch' | 'township'; weight: number }
const township = (hall: string, name: string, weight: number): Hall => ({ hall, name: `${name}便民服务中心`, kind: 'township', weight })

/** 大厅 — one county hall, two branches, ten townships; `weight` among those where an item is taken in. */
export const halls: readonly Hall[] = [
  { hall: 'mingjing', name: '县政务大厅', kind: 'hall', weight: 70 },
  { hall: 'realty', name: '不动产分厅', kind: 'branch', weight: 1 },
  { hall: 'vehicles', name: '车管分厅', kind: 'branch', weight: 1 },
  township('qingshi', '青石镇', 6), township('yunqi', '云栖镇', 5), township('baiyang', '白杨镇', 4), township('nandu', '南渡镇', 4),
  township('shimen', '石门镇', 3), township('liulin', '柳林乡', 2), township('gaoqiao', '高桥乡', 2), township('qingxi', '清溪乡', 2),
  township('wangcheng', '望城乡', 1), township('songping', '松坪乡', 1),
]

/** 快慢 — how much of a promise is used up where all goes well, and how often it doesn't: by hours, for a yellow card, for a red one. */
export type Character = { uses: readonly [from: number, to: number]; hours: number; yellow: number; red: number }
const ordinary: Character = { uses: [0.35, 0.95], hours: 0.06, yellow: 0.005, red: 0 }
const brisk: Character = { uses: [0.12, 0.5], hours: 0, yellow: 0, red: 0 }
const strained: Character = { uses: [0.55, 0.99], hours: 0.15, yellow: 0.02, red: 0.006 }
const slow: Character = { uses: [0.65, 1], hours: 0.24, yellow: 0.05, red: 0.025 }

export type Department = { name: string; prefix: string; character: Character }
/** 部门 — `prefix` begins the numbers of its cases. One is chronically slow, one strained, three are excellent. */
export const departments: readonly Department[] = [
  { name: '自然资源和规划局', prefix: 'ZG', character: slow },
  { name: '住房和城乡建设局', prefix: 'ZJ', character: strained },
  { name: '卫生健康局', prefix: 'WJ', character: ordinary },
  { name: '市场监督管理局', prefix: 'SC', character: ordinary },
  { name: '人力资源和社会保障局', prefix: 'RS', character: ordinary },
  { name: '公安局', prefix: 'GA', character: brisk },
  { name: '民政局', prefix: 'MZ', character: ordinary },
  { name: '交通运输局', prefix: 'JT', character: ordinary },
  { name: '农业农村局', prefix: 'NY', character: ordinary },
  { name: '教育局', prefix: 'JY', character: brisk },
  { name: '应急管理局', prefix: 'YJ', character: strained },
  { name: '水利局', prefix: 'SL', character: ordinary },
  { name: '文化和旅游局', prefix: 'WL', character: ordinary },
  { name: '林业局', prefix: 'LY', character: brisk },
]
export const centre = '政务服务中心'
export const inspectorate = '县监察室'
