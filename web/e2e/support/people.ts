/** People of the demonstration company who take part. */
export const people = {
  admin: { login: 'admin', name: '系统管理员' },
  /** Sells in 华东销售部. */
  seller: { login: 'lifang', name: '李芳' },
  /** Sells in the same department. */
  colleague: { login: 'wanglei', name: '王磊' },
  /** Leads 华东销售部. */
  manager: { login: 'zhangwei', name: '张伟' },
  /** Sells in 华南销售部. */
  stranger: { login: 'liangxt', name: '梁晓彤' },
} as const;
export type Who = keyof typeof people;
