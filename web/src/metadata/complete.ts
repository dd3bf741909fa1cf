import { t } from '@/i18n/t';
import type { Entity, Field, Meta } from '@/api/types';

const stamp = (name: string, label: string, kind: Field['kind'], target?: string): Field => ({
  name,
  label,
  kind,
  target,
  access: 'read',
  list: false,
  group: 'system',
  group_label: t('field.system'),
  sortable: kind === 'datetime',
  operators: kind === 'datetime' ? ['lt', 'le', 'gt', 'ge', 'between', 'within'] : ['eq', 'in', 'me', 'empty'],
});

/** Every record carries these; a catalog that does not list them gets them here, so views need no special case. */
const implied = () => [
  stamp('created_at', t('field.created_at'), 'datetime'),
  stamp('created_by', t('field.created_by'), 'reference', 'users'),
  stamp('updated_at', t('field.updated_at'), 'datetime'),
  stamp('updated_by', t('field.updated_by'), 'reference', 'users'),
];

/** Bookkeeping fields stand in a group of their own, never in forms; defaults arrive as text. */
const UNSEEN = new Set(['id', 'version', 'deleted_at']);
function settle(f: Field): Field {
  // What only the server reads (comparable forms of names and numbers) is not shown.
  if (!f.implied && f.group === 'system') return { ...f, hidden: true, list: false };
  const field = f.implied
    ? {
        ...f,
        access: f.access === 'write' ? ('read' as const) : f.access,
        list: false,
        hidden: UNSEEN.has(f.name),
        group: 'system',
        group_label: t('field.system'),
      }
    : f;
  return typeof field.default === 'string' && field.kind === 'boolean'
    ? { ...field, default: field.default === 'true' || field.default === '1' }
    : field;
}

export function completeMeta(meta: Meta): Meta {
  const entities: Record<string, Entity> = {};
  for (const [name, e] of Object.entries(meta.entities)) {
    const known = new Set(e.fields.map((f) => f.name));
    entities[name] = {
      ...e,
      plural: e.plural ?? e.label,
      verbs: e.verbs ?? [],
      actions: (e.actions ?? []).map((a) => ({ ...a, input: (a.input ?? []).map(settle) })),
      views: e.views ?? [],
      related: e.related ?? [],
      fields: [...e.fields.map(settle), ...implied().filter((f) => !known.has(f.name))],
    };
  }
  return { ...meta, entities };
}
