import Checkbox from 'antd/es/checkbox';
import Select from 'antd/es/select';
import { useState } from 'react';
import { del, patch, post } from '@/api/client';
import { queryClient, recordWritten, useEntity, useMeta } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { rights as dict } from '@/i18n/dict/rights';
import { translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { LabeledField } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { textOf, useAll } from '../shared/queries';

const tx = translator(dict);
/** The fields a role names no right for. */
const EVERY_OTHER = '*';

/** The mask of a role: which fields of a module it reads, writes, sees masked or not at all. */
export function FieldMatrix({ role }: { role: Rec }) {
  const meta = useMeta();
  const entity = useEntity('role-fields');
  const names = meta.areas.flatMap((a) => a.entities).filter((e) => meta.entities[e]);
  const [picked, setName] = useState<string>();
  const [only, setOnly] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  const list = useAll('role-fields', { filter: { role: role.id } });
  if (!entity) return null;
  const counts = new Map<string, number>();
  for (const r of list.data ?? []) counts.set(textOf(r.entity), (counts.get(textOf(r.entity)) ?? 0) + 1);
  const name = picked ?? names.find((e) => counts.has(meta.entities[e].name)) ?? names.find((e) => e === 'customers') ?? names[0];
  const def = meta.entities[name];
  const rights = fieldOf(entity, 'right')?.choices ?? [];
  const rules = (list.data ?? []).filter((r) => r.entity === def.name);
  const ruleOf = (field: string) => rules.find((r) => r.field === field);
  const save = async (field: string, right: string) => {
    const rule = ruleOf(field);
    setBusy(field);
    try {
      if (!right && rule) await del(`/role-fields/${rule.id}`);
      else if (rule) await patch(`/role-fields/${rule.id}`, { right });
      else if (right) await post('/role-fields', { role: role.id, entity: def.name, field, right });
    } catch (e) {
      toast.error(e);
    }
    recordWritten('role-fields');
    await list.refetch();
    void queryClient.invalidateQueries({ queryKey: ['meta'] });
    setBusy(null);
  };
  const fields = def.fields.filter((f) => !f.implied && (!only || ruleOf(f.name)));
  const every = rights.find((r) => r.value === ruleOf(EVERY_OTHER)?.right);
  const choice = (field: string, label: string, usual: string) => {
    const value = textOf(ruleOf(field)?.right);
    return (
      <select
        className={`mini-select${value ? ' is-set' : ''}`}
        aria-label={label}
        value={value}
        disabled={!can(entity, 'edit') || busy === field}
        onChange={(e) => void save(field, e.target.value)}
      >
        <option value="">{usual}</option>
        {rights.map((r) => (
          <option key={r.value} value={r.value}>
            {r.label}
          </option>
        ))}
      </select>
    );
  };
  return (
    <div className="stack">
      <p className="muted">{tx('fields.help')}</p>
      <div className="row-wrap">
        <div className="field-entity">
          <LabeledField id="mask-entity" label={tx('fields.entity')}>
            <Select
              id="mask-entity"
              className="full"
              showSearch={{ optionFilterProp: 'text' }}
              value={name}
              onChange={setName}
              options={names.map((e) => {
                const n = counts.get(meta.entities[e].name);
                return { value: e, text: meta.entities[e].label, label: n ? `${meta.entities[e].label} (${n})` : meta.entities[e].label };
              })}
            />
          </LabeledField>
        </div>
        <Checkbox checked={only} onChange={(e) => setOnly(e.target.checked)}>
          {tx('fields.only')}
        </Checkbox>
      </div>
      <div className="table-scroll">
        <table className="table field-matrix">
          <thead>
            <tr>
              <th scope="col">{tx('fields.field')}</th>
              <th scope="col">{tx('fields.right')}</th>
            </tr>
          </thead>
          <tbody>
            {(!only || every) && (
              <tr>
                <td>
                  <strong>{tx('fields.every')}</strong> <span className="muted small">{tx('fields.every.help')}</span>
                </td>
                <td>{choice(EVERY_OTHER, tx('fields.every'), tx('fields.default'))}</td>
              </tr>
            )}
            {fields.map((f) => (
              <tr key={f.name}>
                <td>
                  {f.label} {f.group_label && <span className="muted small">{f.group_label}</span>}{' '}
                  {f.sensitive && <Pill color="amber">{tx('fields.sensitive')}</Pill>}
                </td>
                <td>{choice(f.name, f.label, every ? tx('fields.as_every', { right: every.label }) : tx('fields.default'))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
