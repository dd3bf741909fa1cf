import type { ComponentType } from 'react';

/** Pages that belong to one business area; each is a lazy route inside the shell. */
export interface AreaPage {
  path: string;
  load: () => Promise<{ default: ComponentType }>;
}
export const areaPages: AreaPage[] = [
  { path: '/', load: () => import('./home/HomePage') },
  { path: '/notices', load: () => import('./notices/NoticesPage') },
];
