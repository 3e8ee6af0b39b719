import { problem, type Problem } from '../problems.ts'

const takes = '可以交 JPEG、PNG、WebP、TIFF 图片和 PDF', takesEn = 'Pictures (JPEG, PNG, WebP, TIFF) and PDF are taken'
const words: Record<string, readonly [status: number, zh: string, en: string]> = {
  'file-empty': [422, '文件是空的', 'The file is empty'],
  'file-too-large': [413, '文件超过 20 MB', 'The file is larger than 20 MB'],
  'one-file': [422, '一次交一个文件，不带其他内容', 'Hand in one file at a time, and nothing beside it'],
  'not-multipart': [415, '须以表单（multipart/form-data）上传', 'Send it as a form (multipart/form-data)'],
  'upload-broken': [400, '上传中断或格式不对，请重传', 'The upload broke off or is malformed; send it again'],
  'archive-refused': [415, `不收压缩包（含 OFD、DOCX、XLSX）；${takes}`, `Archives are not taken (OFD, DOCX and XLSX are archives); ${takesEn}`],
  'office-file-refused': [415, `不收 Office 文件，请另存为 PDF；${takes}`, `Office files are not taken, save them as PDF; ${takesEn}`],
  'programme-refused': [415, `不收程序和脚本；${takes}`, `Programs and scripts are not taken; ${takesEn}`],
  'picture-kind-refused': [415, `不收这种图片，请转为 JPEG 或 PNG；${takes}`, `Pictures of this kind are not taken, convert them to JPEG or PNG; ${takesEn}`],
  'recording-refused': [415, `不收录音录像；${takes}`, `Recordings are not taken; ${takesEn}`],
  'playlist-refused': [415, `不收播放列表；${takes}`, `Playlists are not taken; ${takesEn}`],
  'markup-refused': [415, `不收网页、SVG 和 XML；${takes}`, `Web pages, SVG and XML are not taken; ${takesEn}`],
  'text-refused': [415, `不收纯文本；${takes}`, `Plain text is not taken; ${takesEn}`],
  'unknown-kind-refused': [415, `不认识这种文件；${takes}`, `This kind of file is not known here; ${takesEn}`],
  'image-unreadable': [422, '图片损坏或不完整，读不出来', 'The picture is damaged or cut off and cannot be read'],
  'too-many-pixels': [422, '图片超过四千万像素，请缩小后再交', 'The picture has more than 40 million pixels; make it smaller'],
  'more-than-one-page': [422, '图片有多页或多帧，请分开交或转为 PDF', 'The picture has several pages or frames; hand them in one by one, or as PDF'],
  'pdf-damaged': [422, 'PDF 损坏或不完整', 'The PDF is damaged or cut off'],
  'pdf-encrypted': [422, 'PDF 加了密，请去掉密码再交', 'The PDF is encrypted; remove its password'],
  'pdf-active': [422, 'PDF 含有脚本、动作、附件或动态表单，请打印为 PDF 再交', 'The PDF has scripts, actions, attachments or dynamic forms in it; print it to PDF anew'],
  'pdf-foreign': [422, 'PDF 里夹带网页或脚本，请打印为 PDF 再交', 'The PDF has a web page or script in it; print it to PDF anew'],
  'pdf-trailing': [422, 'PDF 末尾夹带别的内容，请打印为 PDF 再交', 'The PDF has something else behind its end; print it to PDF anew'],
  'pdf-packed': [422, 'PDF 的写法无法核查，请打印为 PDF 再交', 'The PDF is written in a way that cannot be looked through; print it to PDF anew'],
  'pdf-too-dense': [422, 'PDF 展开后过大，请拆分或降低分辨率', 'The PDF unpacks to far too much; split it or lower its resolution'],
  'beyond-examination': [422, '文件太大或太复杂，验不完；请缩小或拆分', 'The file takes too much to be examined; make it smaller or split it'],
  'examiner-busy': [503, '验件正忙，请稍后再传', 'Too many files are being examined; send it again a little later'],
  'uploads-at-once': [429, '同时上传太多，请等前面的传完', 'Too many uploads at once; wait for those before'],
  'person-quota': [429, '今天交的附件已到限额，请明天再交或到窗口办理', 'You have handed in as much as one may within a day; come back tomorrow, or to the window'],
  'case-quota': [413, '此件的附件已到限额', 'This case has as many attachments as it may have'],
  'item-quota': [413, '此事项的样表已到限额', 'This item has as many forms as it may have'],
  'no-such-form': [404, '没有这份样表', 'There is no such form'],
  'form-damaged': [503, '所存的样表损坏或不在了，请告知大厅管理员', 'The form that is kept is damaged or gone; tell the manager of the hall'],
  'house-full': [507, '平台存储空间不足，暂不收附件', 'The house has too little room left and takes no files for now'],
  'no-such-attachment': [404, '没有这个附件', 'There is no such attachment'],
  'attachment-restricted': [423, '限制处理', 'Its processing is restricted'],
  'attachment-erased': [410, '已删除', 'It has been erased'],
}
/** 附件的话 — why a file is not taken, or not given. */
export const attachmentProblem = (code: string): Problem => {
  const [status, zh, en] = words[code] ?? words['beyond-examination']!
  return problem(status, code, zh, en)
}
