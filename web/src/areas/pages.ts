import type { ComponentType } from 'react';

/** Pages that belong to one business area; each is a lazy route inside the shell. */
export interface AreaPage {
  path: string;
  load: () => Promise<{ default: ComponentType }>;
}
export const areaPages: AreaPage[] = [
  { path: '/', load: () => import('./home/HomePage') },
  { path: '/notices', load: () => import('./notices/NoticesPage') },
  { path: '/pools', load: () => import('./pools/PoolsPage') },
  { path: '/applications', load: () => import('./pools/ApplicationsPage') },
  { path: '/admin/pools', load: () => import('./pools/PoolRulesPage') },
];
