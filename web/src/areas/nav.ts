import type { Me, Meta } from '@/api/types';
import type { Key } from '@/i18n/t';
import type { IconName } from '@/ui/Icon';

/** Entries of the navigation that are pages of their own. `area` puts it under that area, otherwise under tools. */
export interface NavPage {
  to: string;
  label: Key;
  icon: IconName;
  area?: string;
  when?: (me: Me, meta: Meta) => boolean;
}
const knows = (entity: string) => (_: Me, meta: Meta) => Boolean(meta.entities[entity]);

/** Files are read into one's own address book from its list; the record of imports is for those who import for the company. */
const importsSomething = (_: Me, meta: Meta) => Object.values(meta.entities).some((e) => e.rights_from !== 'owner' && e.verbs.includes('import'));
const edits = (entity: string) => (_: Me, meta: Meta) => Boolean(meta.entities[entity]?.verbs.includes('edit'));
/** Whether somebody looks after accounts, of the company or of a branch. */
export const administers = (me: Me) => me.administrator === 'full' || me.administrator === 'branch';

export const navPages: NavPage[] = [
  { to: '/pools', label: 'nav.pools', icon: 'pool', area: 'customers', when: (_, meta) => Boolean(meta.entities.pools && meta.entities.customers) },
  { to: '/applications', label: 'nav.applications', icon: 'check', area: 'customers', when: knows('applications') },
  { to: '/notices', label: 'nav.notices', icon: 'bell', when: knows('notifications') },
  { to: '/e/users', label: 'nav.colleagues', icon: 'person', area: 'organisation', when: (me) => me.administrator !== 'full' },
  { to: '/admin/people', label: 'nav.people', icon: 'org', area: 'organisation', when: administers },
  { to: '/admin/users', label: 'nav.users', icon: 'person', area: 'organisation', when: administers },
  { to: '/e/teams', label: 'nav.teams', icon: 'customers', area: 'organisation', when: administers },
  { to: '/admin/territories', label: 'nav.territories', icon: 'globe', area: 'organisation', when: administers },
  { to: '/admin/roles', label: 'nav.roles', icon: 'key', area: 'organisation', when: (me) => me.administrator === 'full' },
  { to: '/admin/explain', label: 'nav.explain', icon: 'eye', area: 'organisation', when: (me) => administers(me) || me.leads },
  { to: '/admin/company', label: 'nav.company', icon: 'org', area: 'settings', when: edits('organisations') },
  { to: '/admin/business', label: 'nav.business', icon: 'settings', area: 'settings', when: edits('business-settings') },
  { to: '/admin/pools', label: 'nav.pool_rules', icon: 'pool', area: 'settings', when: edits('pools') },
  { to: '/admin/dictionaries', label: 'nav.dictionaries', icon: 'box', area: 'settings', when: edits('dictionary-entries') },
  { to: '/admin/objects', label: 'nav.objects', icon: 'folder', area: 'settings', when: (me) => me.administrator === 'full' },
  { to: '/admin/fields', label: 'nav.fields', icon: 'columns', area: 'settings', when: (me) => me.administrator === 'full' },
  { to: '/admin/profiles', label: 'nav.profiles', icon: 'check', area: 'settings', when: edits('field-profiles') },
  { to: '/admin/numbering', label: 'nav.numbering', icon: 'doc', area: 'settings', when: edits('numberings') },
  { to: '/e/export-applications', label: 'nav.exports', icon: 'export', when: knows('export-applications') },
  { to: '/settings', label: 'nav.settings', icon: 'settings' },
  { to: '/imports', label: 'nav.imports', icon: 'import', when: importsSomething },
  { to: '/changes', label: 'nav.changes', icon: 'history' },
  { to: '/bin', label: 'nav.bin', icon: 'bin' },
];

/** Entities that have a page of their own or belong to another record. */
export const unlisted = new Set([
  'field-definitions', 'entity-definitions', 'attachments',
  ...['views', 'notifications', 'imports', 'files', 'shares', 'ownerships', 'applications', 'pools', 'pool-members', 'contact-customers'],
  ...['users', 'departments', 'territories', 'teams', 'team-members', 'roles', 'role-grants', 'role-fields', 'user-roles'],
  ...['organisations', 'export-applications', 'dictionary-entries', 'business-settings', 'numberings', 'field-profiles'],
]);
