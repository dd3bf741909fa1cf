import { dictionary } from '../dictionary';

export const files = dictionary(
  {
    drop: '把文件拖到这里，或点击选择',
    'drop.help': '可一次选择多个；合同、图片、表格、压缩包等',
    none: '还没有附件',
    name: '文件名',
    size: '大小',
    by: '上传',
    download: '下载',
    remove: '移除',
    'remove.ask': '移除附件“{name}”？移除后可立即撤销，以后可在变更日志中撤销。',
    removed: '已移除“{name}”',
    undo: '撤销',
    failed: '“{name}”未能上传',
    progress: '{name} 上传进度',
  },
  {
    drop: 'Drop files here, or click to choose',
    'drop.help': 'Several at once: contracts, pictures, sheets, archives …',
    none: 'No attachments yet',
    name: 'File',
    size: 'Size',
    by: 'Uploaded',
    download: 'Download',
    remove: 'Remove',
    'remove.ask': 'Remove the attachment “{name}”? It can be undone at once, and later in the change log.',
    removed: '“{name}” removed',
    undo: 'Undo',
    failed: '“{name}” could not be uploaded',
    progress: 'Upload of {name}',
  },
);
