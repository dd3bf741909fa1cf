import type { ComponentType, LazyExoticComponent } from 'react';
import type { Me, Meta, Rec } from '@/api/types';
import type { Key } from '@/i18n/t';
import type { IconName } from '@/ui/Icon';

/** What generic views cannot know: names of entities live here, never in views/ or fields/. */

/** The button that is always at the top left of the bar, in order of preference. */
export const quickCreate = ['customers', 'leads', 'contacts'];

/** Entities that have a place of their own on the screen and stay out of the navigation. */
export const unlisted = new Set(['views', 'notifications', 'imports', 'files']);

/** Entries of the navigation that are pages of their own. `area` puts it under that area, otherwise under tools. */
export interface NavPage {
  to: string;
  label: Key;
  icon: IconName;
  area?: string;
  when?: (me: Me, meta: Meta) => boolean;
}
export const navPages: NavPage[] = [];

/** Extra panels above the fields of a record. */
export interface RecordPanelProps {
  record: Rec;
  entity: string;
  reload: () => void;
}
export const recordPanels: Record<string, LazyExoticComponent<ComponentType<RecordPanelProps>>[]> = {};

/** Extra parts over the list of an entity. */
export const listHeaders: Record<string, LazyExoticComponent<ComponentType<{ entity: string }>>[]> = {};

/** Areas and entities to icons; unknown ones get a folder. */
export const icons: Record<string, IconName> = {
  organisation: 'org',
  org: 'org',
  customers: 'customers',
  contacts: 'person',
  leads: 'leads',
  users: 'person',
  departments: 'org',
  roles: 'key',
  pools: 'pool',
  protection: 'pool',
  'follow-ups': 'chat',
  communication: 'chat',
  communications: 'chat',
  activities: 'calendar',
  tasks: 'check',
  opportunities: 'deal',
  products: 'box',
  quotes: 'doc',
  contracts: 'doc',
  orders: 'doc',
  payments: 'money',
  settings: 'settings',
  administration: 'settings',
  system: 'settings',
  reports: 'chart',
  files: 'folder',
  teams: 'person',
  fields: 'columns',
  views: 'columns',
  notifications: 'bell',
  imports: 'import',
};
export const iconOf = (name: string): IconName => icons[name] ?? 'folder';
