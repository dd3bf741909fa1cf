import type { Entity, Field, Rec } from '@/api/types';
import { currentLang } from '@/i18n/lang';

/** A verb may be used. What has no field to fill in is made by other things alone, such as reports and applications. */
export const can = (entity: Entity | undefined, verb: string) =>
  Boolean(entity?.verbs.includes(verb)) && (verb !== 'create' || Boolean(entity?.fields.some(creatable)));
export const fieldOf = (entity: Entity, name: string) => entity.fields.find((f) => f.name === name);
export const fieldMap = (entity: Entity) => new Map(entity.fields.map((f) => [f.name, f]));
export const computed = (f: Field) => f.kind === 'formula' || f.kind === 'roll_up' || f.kind === 'serial';
export const writable = (f: Field) => f.access === 'write' && !computed(f) && !f.hidden;
export const creatable = (f: Field) => writable(f);
export const editable = (f: Field) => writable(f) && !f.on_create_only;
export const isMasked = (record: Rec, field: string) => Boolean(record._masked?.includes(field));
export const wide = (f: Field) => f.kind === 'long_text' || f.kind === 'address' || f.kind === 'lines';

/** What there is none of yet. Chinese has one word for one and for many; a heading such as one's own address book is no such word. */
export const noneOf = (entity: Entity) => (currentLang() === 'en' ? entity.plural : entity.label);

export function titleOf(entity: Entity | undefined, record: Rec | undefined): string {
  if (!record) return '';
  const value = entity ? record[entity.title] : null;
  if (typeof value === 'string' && value) return value;
  if (value && typeof value === 'object' && 'title' in value) return String((value as { title: unknown }).title ?? '');
  return `#${record.id}`;
}

export interface FieldGroup {
  name: string;
  label: string;
  fields: Field[];
}
/** Groups in the order of their first field; the stamps come last. */
export function groupsOf(fields: Field[]): FieldGroup[] {
  const groups = new Map<string, FieldGroup>();
  for (const f of fields) {
    const name = f.group || 'basic';
    if (!groups.has(name)) groups.set(name, { name, label: f.group_label || '', fields: [] });
    groups.get(name)!.fields.push(f);
  }
  const list = [...groups.values()];
  return [...list.filter((g) => g.name !== 'system'), ...list.filter((g) => g.name === 'system')];
}

/** Columns shown when nothing was chosen: the title, then what the catalog marks for lists. */
export function defaultColumns(entity: Entity): string[] {
  const names = entity.fields.filter((f) => f.list && !f.hidden && f.name !== entity.title).map((f) => f.name);
  const rest = names.length
    ? names
    : entity.fields
        .filter((f) => !f.hidden && f.name !== entity.title && f.kind !== 'long_text')
        .slice(0, 6)
        .map((f) => f.name);
  return [entity.title, ...rest].slice(0, 12);
}

/** What a list asks for: the columns on screen and the fields that rows and their actions look at. */
export const askedFields = (entity: Entity, columns: string[]): string[] => [
  ...new Set([...columns, entity.title, ...entity.fields.filter((f) => f.list).map((f) => f.name)]),
];

/** Short facts beside the title of a record. */
export const keyFields = (entity: Entity) =>
  entity.fields.filter((f) => f.list && !f.hidden && f.name !== entity.title && f.kind !== 'long_text' && f.kind !== 'file').slice(0, 6);
