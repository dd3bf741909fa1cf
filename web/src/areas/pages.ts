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
  { path: '/admin/people', load: () => import('./organisation/PeoplePage') },
  { path: '/admin/users', load: () => import('./organisation/UsersPage') },
  { path: '/admin/users/new', load: () => import('./organisation/UserWizard') },
  { path: '/admin/territories', load: () => import('./organisation/TerritoriesPage') },
  { path: '/admin/roles', load: () => import('./rights/RolesPage') },
  { path: '/admin/explain', load: () => import('./rights/ExplainPage') },
  { path: '/admin/company', load: () => import('./settings/CompanyPage') },
  { path: '/admin/business', load: () => import('./settings/BusinessPage') },
  { path: '/admin/dictionaries', load: () => import('./settings/DictionariesPage') },
  // Words are looked after where their order and state are seen.
  { path: '/e/dictionary-entries', load: () => import('./settings/DictionariesPage') },
  { path: '/admin/objects', load: () => import('./settings/ObjectsPage') },
  { path: '/admin/fields', load: () => import('./settings/FieldsPage') },
  { path: '/admin/numbering', load: () => import('./settings/NumberingPage') },
  { path: '/admin/profiles', load: () => import('./settings/ProfilesPage') },
  { path: '/settings', load: () => import('./settings/PersonalPage') },
];
