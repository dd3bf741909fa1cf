import { dictionary } from '../dictionary';

export const record = dictionary({
  'record.details': '详情', 'record.timeline': '动态', 'record.history': '历史', 'record.delete': '删除“{title}”？', 'record.as_of': '回看过去', 'record.now': '回到现在', 'record.today': '现在', 'record.stood': '{at} 时的样子', 'record.now_shown': '当前显示的是现在的数据', 'record.not_then': '{at} 时还没有这条记录', 'record.copy_link': '复制链接', 'record.in_bin': '这条记录在回收站中',
  'form.duplicates': '可能重复', 'form.held_by': '负责人 {name}', 'form.protected_until': '保护至 {at}', 'form.and_more': '另有 {n} 条', 'form.created': '已创建“{title}”', 'form.leave': '放弃未保存的修改？', 'form.leave.ok': '放弃', 'form.save_new': '保存并新建',
  'conflict.title': '这条记录刚被别人修改', 'conflict.help': '{name} 于 {at} 保存了新的内容。请为下列字段选择要保留的值。', 'conflict.someone': '其他人', 'conflict.mine': '我的修改', 'conflict.theirs': '现在的值', 'conflict.save': '按选择保存', 'conflict.kept': '您的其他修改会一并保存：{fields}', 'conflict.inline': '您填写的是“{mine}”，现在的值是“{theirs}”。', 'conflict.use_mine': '保存我的',
  'explain.title': '为什么能看到', 'explain.user': '用户', 'explain.yes': '可以', 'explain.no': '不可以', 'explain.right': '权限', 'explain.because': '原因',
  'verb.see': '查看', 'verb.create': '新建', 'verb.edit': '修改', 'verb.delete': '删除', 'verb.import': '导入', 'verb.export': '导出', 'verb.assign': '分配', 'verb.merge': '合并', 'verb.share': '共享', 'verb.administer': '管理',
  'right.hidden': '隐藏', 'right.masked': '脱敏', 'right.read': '只读', 'right.write': '可写',
  'history.none': '还没有变更', 'history.system': '系统', 'history.create': '新建', 'history.update': '修改', 'history.delete': '删除', 'history.restore': '恢复', 'history.see_then': '回看此时', 'history.set': '变更集',
  'timeline.none': '还没有动态', 'timeline.hide_changes': '不显示字段修改',
  'undo.title': '撤销变更', 'undo.will': '将撤销 {n} 处修改。', 'undo.conflicts': '{n} 处无法撤销', 'undo.run': '撤销', 'undo.done': '已撤销 {n} 处修改',
}, {
  'record.details': 'Details', 'record.timeline': 'Timeline', 'record.history': 'History', 'record.delete': 'Delete “{title}”?', 'record.as_of': 'Look back', 'record.now': 'Back to now', 'record.today': 'Now', 'record.stood': 'As it stood at {at}', 'record.now_shown': 'Shown as it is now', 'record.not_then': 'This record did not exist at {at}', 'record.copy_link': 'Copy link', 'record.in_bin': 'This record is in the recycle bin',
  'form.duplicates': 'Possible duplicates', 'form.held_by': 'held by {name}', 'form.protected_until': 'protected until {at}', 'form.and_more': '{n} more', 'form.created': 'Created “{title}”', 'form.leave': 'Drop the unsaved changes?', 'form.leave.ok': 'Drop', 'form.save_new': 'Save and new',
  'conflict.title': 'Someone else just changed this record', 'conflict.help': '{name} saved it at {at}. Choose the value to keep for each field.', 'conflict.someone': 'Someone', 'conflict.mine': 'My change', 'conflict.theirs': 'Value now', 'conflict.save': 'Save this choice', 'conflict.kept': 'Your other changes are saved too: {fields}', 'conflict.inline': 'You entered “{mine}”; the value is now “{theirs}”.', 'conflict.use_mine': 'Save mine',
  'explain.title': 'Why can they see this', 'explain.user': 'User', 'explain.yes': 'allowed', 'explain.no': 'not allowed', 'explain.right': 'Right', 'explain.because': 'Because',
  'verb.see': 'See', 'verb.create': 'Create', 'verb.edit': 'Edit', 'verb.delete': 'Delete', 'verb.import': 'Import', 'verb.export': 'Export', 'verb.assign': 'Assign', 'verb.merge': 'Merge', 'verb.share': 'Share', 'verb.administer': 'Administer',
  'right.hidden': 'hidden', 'right.masked': 'masked', 'right.read': 'read', 'right.write': 'write',
  'history.none': 'No changes yet', 'history.system': 'System', 'history.create': 'created', 'history.update': 'changed', 'history.delete': 'deleted', 'history.restore': 'restored', 'history.see_then': 'See it then', 'history.set': 'Change set',
  'timeline.none': 'Nothing yet', 'timeline.hide_changes': 'Hide field changes',
  'undo.title': 'Undo a change', 'undo.will': '{n} changes will be undone.', 'undo.conflicts': '{n} cannot be undone', 'undo.run': 'Undo', 'undo.done': '{n} changes undone',
});
