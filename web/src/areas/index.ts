import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { Duplicate, Entity, Meta, Rec } from '@/api/types';
import type { InputProps } from '@/fields/types';
import type { ActionRequest } from '@/views/form/openForm';
import type { Key } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { isIcon, type IconName } from '@/ui/Icon';
import { unlisted } from './nav';
import { throughMove } from './organisation/moved';
import { conditionHolds } from './settings/conditions';

export { navPages, unlisted } from './nav';

/** What generic views cannot know: names of entities live here, never in views/ or fields/. */

/** The button that is always at the top left of the bar, in order of preference. */
export const quickCreate = ['customers', 'leads', 'contacts'];

/** What people look for first in an area; the rest follows in the order of the catalog. */
const first = ['customers', 'contacts', 'leads', 'follow-ups', 'pools', 'users', 'departments', 'teams', 'roles'];
const rank = (name: string) => (first.indexOf(name) + first.length + 1) % (first.length + 1);
/** Whether it sets up the product for somebody else: everybody may look at it, and has no use for it in a menu. */
const setUpByOthers = (entity: Entity) => entity.rights_from === 'administration' && !can(entity, 'edit');
export const listed = (entities: string[], meta: Meta) =>
  entities.filter((e) => !unlisted.has(e) && !setUpByOthers(meta.entities[e])).sort((a, b) => rank(a) - rank(b));

/** Records that rules and dialogs make, never files. */
export const keptByRules = new Set(['applications', 'export-applications', 'ownerships', 'shares', 'notifications', 'views', 'user-roles', 'role-grants', 'role-fields']);

/** Extra panels above the fields of a record. */
export interface RecordPanelProps {
  record: Rec;
  entity: string;
  reload: () => void;
}
export const recordPanels: Record<string, LazyExoticComponent<ComponentType<RecordPanelProps>>[]> = {
  customers: [lazy(() => import('./customers/ProtectionPanel'))],
  users: [lazy(() => import('./organisation/UserPanel'))],
  teams: [lazy(() => import('./organisation/TeamPanel'))],
  'export-applications': [lazy(() => import('./exports/DownloadPanel'))],
  'duplicate-reports': [lazy(() => import('./customers/BothPanel'))],
};

/** Actions that a panel of the record offers itself; the head leaves them out. */
export const offeredElsewhere: Record<string, string[]> = {
  customers: ['report-met', 'new-tag', 'claim', 'apply-for-intent', 'mark-won', 'apply-for-extension', 'release', 'mark-valid', 'unshare'],
  users: ['disable', 'hand-over'],
};

/** Fields that a panel of the record shows in its own way. */
export const fieldsElsewhere: Record<string, string[]> = {
  'export-applications': ['subject', 'entity', 'range'],
};

/** What is offered in the dialog of an action that was refused for fields it does not ask for. */
export interface RescueProps {
  request: ActionRequest;
  values: Record<string, unknown>;
  errors: Record<string, string>;
  onDone: (result: unknown) => void;
}
export const actionRescues: Record<string, LazyExoticComponent<ComponentType<RescueProps>> | undefined> = {
  'leads.convert': lazy(() => import('./customers/ConvertRescue')),
  'customers.mark-won': lazy(() => import('./customers/SigningRescue')),
};

/** What an action makes, to be looked at from the message that it is done: the entity, and where the answer names the record. */
export const actionMakes: Record<string, { entity: string; answer: string } | undefined> = {
  'leads.convert': { entity: 'customers', answer: 'customer' },
  'customers.report-duplicate': { entity: 'duplicate-reports', answer: 'report' },
};

/** Actions that are asked for in a dialog of their own. */
export interface ActionDialogProps {
  request: ActionRequest;
  onClose: () => void;
}
export const actionDialogs: Record<string, LazyExoticComponent<ComponentType<ActionDialogProps>> | undefined> = {
  'users.move': lazy(() => import('./organisation/MoveDialog')),
};

/** Changes that are made by an action, together with what follows from them. */
export interface EditThrough {
  /** Which of the values wanted are left to the action; none where it is a plain change. */
  fields: (entity: Entity, before: Rec, wanted: Record<string, unknown>) => string[];
  /** `edit` goes along with it, in one change; says what became of the record, or nothing where it was given up. */
  ask: (entity: Entity, record: Rec, wanted: Record<string, unknown>, edit?: Record<string, unknown>) => Promise<Rec | null>;
}
export const editsThrough: Record<string, EditThrough | undefined> = { users: throughMove };

/** Related lists that stand before the timeline of a record. */
export const leadingLists: Record<string, string[]> = { customers: ['contacts.customer'] };

/** Related lists that stand on the printed card of a record, and their order. */
export const printedLists: Record<string, Record<string, string>> = {
  customers: { 'contacts.customer': '-is_primary', 'follow-ups.customer': '-contacted_at' },
  contacts: { 'follow-ups.contact': '-contacted_at' },
  leads: { 'follow-ups.lead': '-contacted_at' },
};

/** Related lists that a panel of the record shows in its own way. */
export const shownElsewhere: Record<string, string[]> = {
  customers: ['duplicate-reports.other', 'contacts.second_customer'],
  users: ['user-roles.user', 'team-members.user', 'users.superior'],
  teams: ['team-members.team'],
};

/** Tabs of a record beside the generic ones; what they replace is not shown as a plain list. */
export interface RecordTab {
  key: string;
  label: Key;
  part: LazyExoticComponent<ComponentType<RecordPanelProps>>;
  replaces?: string[];
  when?: (meta: Meta) => boolean;
}
const FollowUpTab = lazy(() => import('./customers/FollowUpTab'));
const knowsFollowUps = (meta: Meta) => Boolean(meta.entities['follow-ups']);
export const recordTabs: Record<string, RecordTab[]> = {
  customers: [
    { key: 'follow-ups', label: 'tab.follow_ups', part: FollowUpTab, replaces: ['follow-ups.customer'], when: knowsFollowUps },
    {
      key: 'chart',
      label: 'tab.chart',
      part: lazy(() => import('./customers/ChartTab')),
      when: (meta) => Boolean(meta.entities.contacts),
    },
    {
      key: 'ownership',
      label: 'tab.ownership',
      part: lazy(() => import('./customers/OwnershipTab')),
      replaces: ['ownerships.customer', 'applications.customer'],
      when: (meta) => Boolean(meta.entities.ownerships),
    },
  ],
  leads: [{ key: 'follow-ups', label: 'tab.follow_ups', part: FollowUpTab, replaces: ['follow-ups.lead'], when: knowsFollowUps }],
};

/** The button at the end of each row of a list. */
export type RowButton = ComponentType<{ record: Rec; entity: string }>;
export const rowButtons: Record<string, () => Promise<{ default: RowButton }>> = {
  customers: () => import('./follow-ups/RowFollowUp'),
  leads: () => import('./follow-ups/RowFollowUp'),
};

/** Inputs of single fields in forms, where the kind alone does not say enough; they see the other values. */
export type FormInput = ComponentType<InputProps & { values: Record<string, unknown> }>;
const settingsInput = (name: 'EntityNameInput' | 'ProfiledNameInput' | 'FieldNamesInput' | 'CustomerFieldsInput' | 'CurrencyInput' | 'TimeZoneInput') =>
  lazy(async () => ({ default: (await import('./settings/inputs'))[name] }));
export const formInputs: Record<string, LazyExoticComponent<FormInput> | undefined> = {
  'field-profiles.entity': settingsInput('ProfiledNameInput'),
  'field-profiles.required_fields': settingsInput('FieldNamesInput'),
  'organisations.currency': settingsInput('CurrencyInput'),
  'organisations.time_zone': settingsInput('TimeZoneInput'),
  'numberings.entity': settingsInput('EntityNameInput'),
  'business-settings.completeness_fields': settingsInput('CustomerFieldsInput'),
  'customers.tags': lazy(() => import('./customers/TagsInput')),
};

/** Values of single fields in lists, where the kind alone does not say enough. */
export interface ListCellProps {
  record: Rec;
  value: unknown;
}
export const listCells: Record<string, LazyExoticComponent<ComponentType<ListCellProps>> | undefined> = {
  'customers.protected_until': lazy(() => import('./customers/DaysLeftCell')),
};

/** Fields that are asked for with certain other values only; with others they are empty. */
export const askedWith: Record<string, ((name: string, values: Record<string, unknown>, entities: Record<string, Entity>) => boolean) | undefined> = {
  'field-profiles': conditionHolds,
};

/** Fields of which one at least is filled in, by entity. */
export const oneOf: Record<string, string[] | undefined> = { leads: ['mobile', 'phone'] };

/** What may be done about a record that is there already, beside it in the list of duplicates. */
export interface TwinButtonProps {
  twin: Duplicate;
  /** What was typed. */
  values: Record<string, unknown>;
}
export const twinButtons: Record<string, LazyExoticComponent<ComponentType<TwinButtonProps>> | undefined> = {
  customers: lazy(() => import('./customers/ReportMet')),
};

/** What is told beside a form while one types. */
export interface FormHintProps {
  values: Record<string, unknown>;
  before?: Rec;
}
export const formHints: Record<string, LazyExoticComponent<ComponentType<FormHintProps>>[]> = {
  customers: [lazy(() => import('./customers/NameHint'))],
};

/** Extra parts over the list of an entity. */
export const listHeaders: Record<string, LazyExoticComponent<ComponentType<{ entity: string }>>[]> = {};

/** Areas and entities to icons; others have one of their own, or a folder. */
export const icons: Record<string, IconName> = {
  organisation: 'org',
  org: 'org',
  customers: 'customers',
  contacts: 'person',
  leads: 'leads',
  'duplicate-reports': 'warning',
  'address-book': 'person',
  'lead-rules': 'leads',
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
  'export-applications': 'export',
};
export const iconOf = (name: string, entity?: Entity): IconName => icons[name] ?? (isIcon(entity?.icon) ? entity.icon : 'folder');
