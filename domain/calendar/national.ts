import type { Day } from '../kernel/values.ts'
import { dayOfNumber, numberOf } from './days.ts'
import type { NamedDay, NoticeCommand, NoticeEvent } from './events.ts'

// `春节 02-15/23 02-28` names single days and spans; a day of a neighbouring year is written whole.
const whole = (year: number, text: string) => (text.length === 5 ? `${year}-${text}` : text) as Day
const daysOf = (year: number, text: string): NamedDay[] => !text ? [] : text.split('; ').flatMap((part) => {
  const [name, ...spans] = part.split(' ') as [string, ...string[]]
  return spans.flatMap((span) => {
    const [from, to = from] = span.split('/') as [string, string?]
    const first = whole(year, from), last = (first.slice(0, 10 - to.length) + to) as Day
    return Array.from({ length: numberOf(last) - numberOf(first) + 1 }, (_, i) => ({ on: dayOfNumber(numberOf(first) + i), name }))
  })
})

const nationalNotice = (year: number, knownOn: string, url: string, off: string, working: string) =>
  ({ layer: 'national' as const, place: '', year, off: daysOf(year, off), working: daysOf(year, working), notice: url, knownOn: knownOn as Day })
const published = (year: number, knownOn: string, url: string, off: string, working: string, unsure?: string) =>
  ({ type: 'PublishCalendar' as const, data: { ...nationalNotice(year, knownOn, url, off, working), ...(unsure && { unsure }) } })
const amended = (year: number, knownOn: string, url: string, off: string, working: string) =>
  ({ type: 'AmendCalendar' as const, data: { ...nationalNotice(year, knownOn, url, off, working), ordinary: [] } })

// Then the last day before the year's first changed day stands in: known by then at the latest (domain.md C.1).
const uploadOnly = 'UNSURE: 网址只示上传日期，以当年首个变动日的前一日计'
const monthOnly = 'UNSURE: 网址只示月份，以当年首个变动日的前一日计'

/** 国务院办公厅节假日安排 2007–2026, as first said and as amended; by what names the notices call the days. */
export const nationalCommands: readonly NoticeCommand[] = [
  published(2007, '2006-12-29', 'http://www.gov.cn/zhengce/zhengceku/2008-03/28/content_1761.htm',
    '元旦 01-01/03; 春节 02-18/24; “五一” 05-01/07; “十一” 10-01/07',
    '元旦 2006-12-30/31; 春节 02-17 02-25; “五一” 04-28/29; “十一” 09-29/30', uploadOnly),
  published(2008, '2007-12-28', 'http://www.gov.cn/zhengce/zhengceku/2008-03/28/content_1645.htm',
    '元旦 2007-12-30/2008-01-01; 春节 02-06/12; 清明节 04-04/06; “五一”国际劳动节 05-01/03; 端午节 06-07/09; 中秋节 09-13/15; 国庆节 09-29/10-05',
    '元旦 2007-12-29; 春节 02-02/03; “五一”国际劳动节 05-04; 国庆节 09-27/28', uploadOnly),
  published(2009, '2008-12-10', 'http://www.gov.cn/zhengce/zhengceku/2008-12/10/content_1572.htm',
    '元旦 01-01/03; 春节 01-25/31; 清明节 04-04/06; 劳动节 05-01/03; 端午节 05-28/30; 国庆节、中秋节 10-01/08',
    '元旦 01-04; 春节 01-24 02-01; 端午节 05-31; 国庆节、中秋节 09-27 10-10'),
  published(2010, '2009-12-08', 'http://www.gov.cn/zhengce/zhengceku/2009-12/08/content_1476.htm',
    '元旦 01-01/03; 春节 02-13/19; 清明节 04-03/05; 劳动节 05-01/03; 端午节 06-14/16; 中秋节 09-22/24; 国庆节 10-01/07',
    '春节 02-20/21; 端午节 06-12/13; 中秋节 09-19 09-25; 国庆节 09-26 10-09'),
  published(2011, '2010-12-10', 'http://www.gov.cn/zhengce/zhengceku/2010-12/10/content_1423.htm',
    '元旦 01-01/03; 春节 02-02/08; 清明节 04-03/05; 劳动节 04-30/05-02; 端午节 06-04/06; 中秋节 09-10/12; 国庆节 10-01/07',
    '春节 01-30 02-12; 清明节 04-02; 国庆节 10-08/09'),
  published(2012, '2011-12-06', 'http://www.gov.cn/zhengce/zhengceku/2011-12/06/content_1411.htm',
    '元旦 01-01/03; 春节 01-22/28; 清明节 04-02/04; 劳动节 04-29/05-01; 端午节 06-22/24; 中秋节、国庆节 09-30/10-07',
    '元旦 2011-12-31; 春节 01-21 01-29; 清明节 03-31/04-01; 劳动节 04-28; 中秋节、国庆节 09-29'),
  published(2013, '2012-12-10', 'http://www.gov.cn/zhengce/zhengceku/2012-12/10/content_1353.htm',
    '元旦 01-01/03; 春节 02-09/15; 清明节 04-04/06; 劳动节 04-29/05-01; 端午节 06-10/12; 中秋节 09-19/21; 国庆节 10-01/07',
    '元旦 01-05/06; 春节 02-16/17; 清明节 04-07; 劳动节 04-27/28; 端午节 06-08/09; 中秋节 09-22; 国庆节 09-29 10-12'),
  published(2014, '2013-12-31', 'http://www.gov.cn/zhengce/zhengceku/2014-01/02/content_1194.htm',
    '元旦 01-01; 春节 01-31/02-06; 清明节 04-05 04-07; 劳动节 05-01/03; 端午节 06-02; 中秋节 09-08; 国庆节 10-01/07',
    '春节 01-26 02-08; 劳动节 05-04; 国庆节 09-28 10-11', uploadOnly),
  published(2015, '2014-12-16', 'http://www.gov.cn/zhengce/zhengceku/2014-12/16/content_9302.htm',
    '元旦 01-01/03; 春节 02-18/24; 清明节 04-05/06; 劳动节 05-01; 端午节 06-20 06-22; 中秋节 09-27; 国庆节 10-01/07',
    '元旦 01-04; 春节 02-15 02-28; 国庆节 10-10'),
  amended(2015, '2015-05-13', 'http://www.gov.cn/zhengce/zhengceku/2015-05/13/content_9742.htm',
    '抗日战争暨世界反法西斯战争胜利70周年纪念日 09-03/05',
    '抗日战争暨世界反法西斯战争胜利70周年纪念日 09-06'),
  published(2016, '2015-12-10', 'http://www.gov.cn/zhengce/zhengceku/2015-12/10/content_10394.htm',
    '元旦 01-01; 春节 02-07/13; 清明节 04-04; 劳动节 05-01/02; 端午节 06-09/11; 中秋节 09-15/17; 国庆节 10-01/07',
    '春节 02-06 02-14; 端午节 06-12; 中秋节 09-18; 国庆节 10-08/09'),
  published(2017, '2016-12-01', 'http://www.gov.cn/zhengce/zhengceku/2016-12/01/content_5141603.htm',
    '元旦 01-01/02; 春节 01-27/02-02; 清明节 04-02/04; 劳动节 05-01; 端午节 05-28/30; 中秋节、国庆节 10-01/08',
    '春节 01-22 02-04; 清明节 04-01; 端午节 05-27; 中秋节、国庆节 09-30'),
  published(2018, '2017-11-30', 'http://www.gov.cn/zhengce/zhengceku/2017-11/30/content_5243579.htm',
    '元旦 01-01; 春节 02-15/21; 清明节 04-05/07; 劳动节 04-29/05-01; 端午节 06-18; 中秋节 09-24; 国庆节 10-01/07',
    '春节 02-11 02-24; 清明节 04-08; 劳动节 04-28; 国庆节 09-29/30'),
  published(2019, '2018-12-06', 'http://www.gov.cn/zhengce/zhengceku/2018-12/06/content_5346276.htm',
    '元旦 2018-12-30/2019-01-01; 春节 02-04/10; 清明节 04-05; 劳动节 05-01; 端午节 06-07; 中秋节 09-13; 国庆节 10-01/07',
    '元旦 2018-12-29; 春节 02-02/03; 国庆节 09-29 10-12'),
  amended(2019, '2019-03-22', 'http://www.gov.cn/zhengce/zhengceku/2019-03/22/content_5375877.htm',
    '劳动节 05-02/04',
    '劳动节 04-28 05-05'),
  published(2020, '2019-11-21', 'http://www.gov.cn/zhengce/zhengceku/2019-11/21/content_5454164.htm',
    '元旦 01-01; 春节 01-24/30; 清明节 04-04/06; 劳动节 05-01/05; 端午节 06-25/27; 国庆节、中秋节 10-01/08',
    '春节 01-19 02-01; 劳动节 04-26 05-09; 端午节 06-28; 国庆节、中秋节 09-27 10-10'),
  amended(2020, '2020-01-27', 'http://www.gov.cn/zhengce/zhengceku/2020-01/27/content_5472352.htm',
    '春节 01-31/02-02',
    ''),
  published(2021, '2020-11-25', 'http://www.gov.cn/zhengce/zhengceku/2020-11/25/content_5564127.htm',
    '元旦 01-01/03; 春节 02-11/17; 清明节 04-03/05; 劳动节 05-01/05; 端午节 06-12/14; 中秋节 09-19/21; 国庆节 10-01/07',
    '春节 02-07 02-20; 劳动节 04-25 05-08; 中秋节 09-18; 国庆节 09-26 10-09'),
  published(2022, '2021-10-25', 'http://www.gov.cn/zhengce/zhengceku/2021-10/25/content_5644835.htm',
    '元旦 01-01/03; 春节 01-31/02-06; 清明节 04-03/05; 劳动节 04-30/05-04; 端午节 06-03/05; 中秋节 09-10/12; 国庆节 10-01/07',
    '春节 01-29/30; 清明节 04-02; 劳动节 04-24 05-07; 国庆节 10-08/09'),
  published(2023, '2022-12-08', 'http://www.gov.cn/zhengce/zhengceku/2022-12/08/content_5730844.htm',
    '元旦 2022-12-31/2023-01-02; 春节 01-21/27; 清明节 04-05; 劳动节 04-29/05-03; 端午节 06-22/24; 中秋节、国庆节 09-29/10-06',
    '春节 01-28/29; 劳动节 04-23 05-06; 端午节 06-25; 中秋节、国庆节 10-07/08'),
  published(2024, '2023-12-31', 'https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm',
    '元旦 01-01; 春节 02-10/17; 清明节 04-04/06; 劳动节 05-01/05; 端午节 06-10; 中秋节 09-15/17; 国庆节 10-01/07',
    '春节 02-04 02-18; 清明节 04-07; 劳动节 04-28 05-11; 中秋节 09-14; 国庆节 09-29 10-12', monthOnly),
  published(2025, '2024-12-31', 'https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm',
    '元旦 01-01; 春节 01-28/02-04; 清明节 04-04/06; 劳动节 05-01/05; 端午节 05-31/06-02; 国庆节、中秋节 10-01/08',
    '春节 01-26 02-08; 劳动节 04-27; 国庆节、中秋节 09-28 10-11', monthOnly),
  published(2026, '2025-12-31', 'https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm',
    '元旦 01-01/03; 春节 02-15/23; 清明节 04-04/06; 劳动节 05-01/05; 端午节 06-19/21; 中秋节 09-25/27; 国庆节 10-01/07',
    '元旦 01-04; 春节 02-14 02-28; 劳动节 05-09; 国庆节 09-20 10-10', monthOnly),
]

/** The same as facts, for a calendar that needs no book. */
export const nationalFacts: readonly NoticeEvent[] = nationalCommands.map((command) => command.type === 'PublishCalendar'
  ? { type: 'CalendarPublished', data: command.data } : { type: 'CalendarAmended', data: command.data })
