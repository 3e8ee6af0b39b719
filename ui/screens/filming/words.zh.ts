export const words = {
  title: '摄像公示', lead: '这些大厅装有摄像机。拍什么、为什么拍、存多久、问谁，都写在这里。', none: '这里没有装摄像机的大厅。', count: (n: string) => `摄像机 ${n} 台`, masked: (n: string) => `，其中 ${n} 台有遮挡`,
  kinds: { window: '窗口', screen: '屏幕', overview: '全景' } as Record<string, string>, list: (names: string[]) => names.join('、'),
  days: (days: string) => `录像存 ${days} 天，到期删除`, purpose: '用途', contact: '咨询与异议', signs: '提示标识', stand: '已设立', standNot: '没有登记为已设立', filed: (day: string) => `${day} 向公安机关备案`, noDeclaration: '大厅还没有公示用途和联系人。',
  kept: '与办件有关的存得久些', keptMore: (step: string, supplement: string, complaint: string, card: string) => `办理环节前后存 ${step} 天，告知补正 ${supplement} 天，投诉办结后再存 ${complaint} 天，发牌后 ${card} 天。要求留存的，两名有权的人同意解除之前不删。`,
  not: '不做什么', notMore: ['不录声音。', '不做人脸识别。', '绩效评分从不读取录像。'], who: '谁看得到', whoMore: '实时画面由大厅主任、大厅督查和监察员看；录像由大厅督查和监察员凭办件编号或事由看，看一次记一次，记下就删不掉。',
  law: '依据', between: '、',
}
export type Words = typeof words
