import { useState } from 'react';
import { del, patch, post } from '@/api/client';
import { queryClient, recordWritten, useEntity, useMeta } from '@/api/hooks';
import type { Choice, Entity, Filter, Rec } from '@/api/types';
import { rights as dict } from '@/i18n/dict/rights';
import { translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { textOf, useAll } from '../shared/queries';
import { GrantFilter } from './GrantFilter';

const tx = translator(dict);
type Side = 'read' | 'write';
/** What a tick allows, in a sentence; a verb that this page does not know says its name alone. */
const VERBS = ['see', 'create', 'edit', 'delete', 'import', 'export', 'assign', 'merge', 'share', 'approve', 'override'] as const;
const explained = (verb: string) => {
  const known = VERBS.find((v) => v === verb);
  return known && tx(`verb.${known}`);
};
export const SYSTEM = new Set(['organisation', 'settings', 'system']);

interface RowProps {
  label: string;
  name: string;
  grants: Rec[];
  /** The grant on everything, which counts where the module has none of its own. */
  inherited?: Rec;
  verbs: Choice[];
  scopes: Record<Side, Choice[]>;
  editable: boolean;
  save: (name: string, grant: Rec | undefined, change: Record<string, unknown>) => Promise<void>;
  entity?: Entity;
}
const copied = (grant: Rec) =>
  Object.fromEntries(['verbs', 'read_scope', 'write_scope', 'read_filter', 'write_filter'].map((f) => [f, grant[f] ?? null]));

function Row({ label, name, grants, inherited, verbs, scopes, editable, save, entity }: RowProps) {
  const [busy, setBusy] = useState(false);
  const [filtering, setFiltering] = useState<Side | null>(null);
  const grant = grants[0];
  const from = grant ?? inherited;
  const held = new Set((from?.verbs as string[] | null) ?? []);
  const taken = Boolean(!grant && inherited);
  const change = async (values: Record<string, unknown>) => {
    setBusy(true);
    await save(name, grant, values);
    setBusy(false);
  };
  const toggle = (verb: string) => {
    const next = new Set(held);
    if (!next.delete(verb)) next.add(verb);
    void change({ verbs: [...next] });
  };
  const scope = (side: Side) => {
    const value = textOf(from?.[`${side}_scope`]);
    if (!grant) return <span className="muted">{scopes[side].find((c) => c.value === value)?.label ?? '—'}</span>;
    return (
      <span className="scope-cell">
        <select
          className="mini-select"
          aria-label={`${label} ${tx(`matrix.${side}`)}`}
          value={value}
          disabled={!editable || busy}
          onChange={(e) => {
            void change({ [`${side}_scope`]: e.target.value });
            if (e.target.value === 'filter') setFiltering(side);
          }}
        >
          {scopes[side].map((c) => (
            <option key={c.value} value={c.value}>
              {c.label}
            </option>
          ))}
        </select>
        {value === 'filter' && entity && (
          <button type="button" className="link small" onClick={() => setFiltering(side)}>
            {tx('matrix.filter')}
          </button>
        )}
      </span>
    );
  };
  return (
    <tr aria-busy={busy}>
      <th scope="row">
        {label}
        {grants.length > 1 && <span className="badge" title={tx('matrix.twice', { n: grants.length })}>{`×${grants.length}`}</span>}
        {inherited && (
          <span className="matrix-why muted small">
            {tx(taken ? 'matrix.inherited' : 'matrix.own')}
            {editable && (
              <button
                type="button"
                className="link small"
                disabled={busy}
                aria-label={`${label}: ${tx(taken ? 'matrix.set_own' : 'matrix.inherit')}`}
                onClick={() => void change(taken ? copied(inherited) : { verbs: [] })}
              >
                {tx(taken ? 'matrix.set_own' : 'matrix.inherit')}
              </button>
            )}
          </span>
        )}
      </th>
      {verbs.map((v) => (
        <td key={v.value} className="check">
          <input
            type="checkbox"
            aria-label={`${label} ${v.label}`}
            checked={held.has(v.value)}
            disabled={!editable || busy || taken}
            title={taken ? tx('matrix.inherited') : undefined}
            onChange={() => toggle(v.value)}
          />
        </td>
      ))}
      <td>{scope('read')}</td>
      <td>{scope('write')}</td>
      {filtering && entity && grant && (
        <td hidden>
          <GrantFilter
            title={tx('matrix.filter.title', { entity: label, scope: tx(`matrix.${filtering}`) })}
            entity={entity}
            filter={grant[`${filtering}_filter`]}
            onClose={() => setFiltering(null)}
            onSave={async (f: Filter | null) => {
              await change({ [`${filtering}_filter`]: JSON.stringify(f ?? {}) });
              setFiltering(null);
            }}
          />
        </td>
      )}
    </tr>
  );
}

/** What a role may do with each module, and whose records it reaches; every tick is saved at once. */
export function ScopeMatrix({ role }: { role: Rec }) {
  const meta = useMeta();
  const entity = useEntity('role-grants');
  const list = useAll('role-grants', {
    filter: { role: role.id },
    sort: 'created_at',
    fields: ['entity', 'verbs', 'read_scope', 'write_scope', 'read_filter', 'write_filter', 'created_at'],
  });
  if (!entity) return null;
  const choices = (f: string) => (fieldOf(entity, f)?.choices ?? []).filter((c) => !c.disabled);
  const scopes = { read: choices('read_scope'), write: choices('write_scope') };
  const verbs = choices('verbs');
  const editable = can(entity, 'edit');
  const grantsOf = (name: string) => (list.data ?? []).filter((g) => g.entity === name);
  const save: RowProps['save'] = async (name, grant, change) => {
    try {
      if (!grant)
        await post('/role-grants', { role: role.id, entity: name, verbs: ['see'], read_scope: 'own', write_scope: 'own', ...change });
      else if (Array.isArray(change.verbs) && change.verbs.length === 0) await del(`/role-grants/${grant.id}`);
      else await patch(`/role-grants/${grant.id}`, change);
    } catch (e) {
      toast.error(e);
    }
    recordWritten('role-grants');
    await list.refetch();
    void queryClient.invalidateQueries({ queryKey: ['meta'] });
  };
  const names = meta.areas.flatMap((a) => a.entities).filter((e) => meta.entities[e]);
  const business = names.filter((e) => !SYSTEM.has(meta.entities[e].area));
  const system = names.filter((e) => SYSTEM.has(meta.entities[e].area));
  const shared = { verbs, scopes, editable, save };
  const everything = grantsOf('*');
  const row = (e: string) => {
    const def = meta.entities[e];
    if (def.rights_from && def.rights_from !== 'roles')
      return (
        <tr key={e}>
          <th scope="row">{def.label}</th>
          <td colSpan={verbs.length + 2} className="muted small">
            {tx(`matrix.from.${def.rights_from}`)}
          </td>
        </tr>
      );
    return <Row key={e} {...shared} label={def.label} name={def.name} grants={grantsOf(def.name)} inherited={everything[0]} entity={def} />;
  };
  return (
    <>
      <p className="muted matrix-help">{tx('matrix.help')}</p>
      <div className="table-scroll matrix-scroll">
        <table className="table matrix">
          <thead>
            <tr>
              <th scope="col">{tx('matrix.entity')}</th>
              {verbs.map((v) => (
                <th key={v.value} scope="col" className="check" title={explained(v.value)}>
                  {v.label}
                </th>
              ))}
              <th scope="col" title={tx('matrix.read.help')}>
                {tx('matrix.read')}
              </th>
              <th scope="col" title={tx('matrix.write.help')}>
                {tx('matrix.write')}
              </th>
            </tr>
          </thead>
          <tbody>
            {(everything.length > 0 || role.code === 'system_administrator') && (
              <Row {...shared} label={tx('matrix.all')} name="*" grants={everything} />
            )}
            {business.map(row)}
          </tbody>
          <tbody>
            <tr>
              <th scope="colgroup" colSpan={verbs.length + 3} className="matrix-group">
                {tx('matrix.system')}
              </th>
            </tr>
            {system.map(row)}
          </tbody>
        </table>
      </div>
    </>
  );
}
