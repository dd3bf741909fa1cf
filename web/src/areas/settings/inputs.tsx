import Select from 'antd/es/select';
import { useMeta } from '@/api/hooks';
import type { Entity } from '@/api/types';
import type { InputProps } from '@/fields/types';
import { splitNames } from '../shared/profiles';
import { textOf } from '../shared/queries';

/** An input that also sees the other values of its form. */
export type FormInputProps = InputProps & { values: Record<string, unknown> };

export const bySingular = (entities: Record<string, Entity>, name: unknown) => Object.values(entities).find((e) => e.name === name);

/** The name of an entity, chosen by its label. */
export const EntityNameInput = (p: FormInputProps) => <EntityNames p={p} offered={() => true} />;
/** The same, of those that enforce sets of compulsory fields. */
export const ProfiledNameInput = (p: FormInputProps) => <EntityNames p={p} offered={(e) => e.profiled === true} />;

function EntityNames({ p, offered }: { p: FormInputProps; offered: (entity: Entity) => boolean }) {
  const meta = useMeta();
  const names = meta.areas.flatMap((a) => a.entities).filter((e) => meta.entities[e] && offered(meta.entities[e]));
  return (
    <Select
      id={p.id}
      className="full"
      showSearch={{ optionFilterProp: 'label' }}
      status={p.invalid ? 'error' : undefined}
      disabled={p.disabled}
      autoFocus={p.autoFocus}
      value={textOf(p.value) || undefined}
      options={names.map((e) => ({ value: meta.entities[e].name, label: meta.entities[e].label }))}
      onChange={(v) => p.onChange(v)}
    />
  );
}

function Names({ p, entity }: { p: FormInputProps; entity: Entity | undefined }) {
  const fields = entity?.fields.filter((f) => !f.implied && f.access === 'write') ?? [];
  return (
    <Select
      id={p.id}
      className="full"
      mode="multiple"
      showSearch={{ optionFilterProp: 'label' }}
      status={p.invalid ? 'error' : undefined}
      disabled={p.disabled || !entity}
      value={splitNames(p.value)}
      options={fields.map((f) => ({ value: f.name, label: f.label }))}
      onChange={(v: string[]) => p.onChange(v.join(','))}
    />
  );
}
/** Names of fields kept as text with commas, chosen by their labels. */
export function FieldNamesInput(p: FormInputProps) {
  return <Names p={p} entity={bySingular(useMeta().entities, p.values.entity)} />;
}
export function CustomerFieldsInput(p: FormInputProps) {
  return <Names p={p} entity={useMeta().entities.customers} />;
}
