import { dictionary } from '../dictionary';

export const history = dictionary({
  'bin.restore': '恢复', 'bin.empty': '回收站是空的', 'bin.restore_n': '恢复选中的 {n} 条', 'bin.entity': '模块', 'bin.restored_n': '已恢复 {n} 条', 'bin.failed': '{n} 条未恢复：{why}',
  'changes.title': '变更日志', 'changes.actor': '操作人', 'changes.entity': '模块', 'changes.from': '从', 'changes.to': '到', 'changes.none': '没有符合条件的变更', 'changes.at': '时间', 'changes.what': '内容', 'changes.reason': '说明', 'changes.undone': '已撤销', 'changes.is_undo': '撤销操作', 'changes.set': '变更集 {id}', 'changes.records': '{n} 条记录', 'changes.kind': '类型',
}, {
  'bin.restore': 'Restore', 'bin.empty': 'The recycle bin is empty', 'bin.restore_n': 'Restore the {n} selected', 'bin.entity': 'Module', 'bin.restored_n': '{n} restored', 'bin.failed': '{n} not restored: {why}',
  'changes.title': 'Change log', 'changes.actor': 'By', 'changes.entity': 'Module', 'changes.from': 'From', 'changes.to': 'To', 'changes.none': 'No change matches', 'changes.at': 'When', 'changes.what': 'What', 'changes.reason': 'Reason', 'changes.undone': 'Undone', 'changes.is_undo': 'An undo', 'changes.set': 'Change set {id}', 'changes.records': '{n} records', 'changes.kind': 'Kind',
});
