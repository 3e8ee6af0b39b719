import { awaiting } from './card.ts'

/** 视频缺失 in office hours, or footage gone too early. */
export const videoGap = awaiting({
  id: 'R-29',
  zh: '视频缺失',
  en: 'Video gap',
  severity: 'WARN',
  clause: '公共安全视频图像信息系统管理条例第十五条、第十七条',
  params: { offlineMinutes: 10, retentionDays: 30 },
  bounds: { offlineMinutes: { from: 1, to: 1440, whole: true }, retentionDays: { from: 30, to: 3660, whole: true } },
  awaits: ['CameraOnline', 'CameraOffline', 'SegmentsSealed', 'SegmentsExpired'],
  formula: {
    zh: '办公时间以内摄像机离线超过 offlineMinutes 分钟，或者保存少于 retentionDays 日',
    en: 'a hall camera offline for more than offlineMinutes in office hours, or footage kept for less than retentionDays calendar days',
  },
  tells: ['hall-manager', 'system-admin', 'inspector'],
  deduction: { WARN: 1 },
})
