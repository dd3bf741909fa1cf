import Button from 'antd/es/button';
import { useMemo, useState } from 'react';
import { patch } from '@/api/client';
import { queryClient, recordWritten, useEntity, useMeta } from '@/api/hooks';
import type { Meta, Rec } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { settings } from '@/i18n/dict/settings';
import { listOf } from '@/i18n/format';
import { t, translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { EmptyState, Loading, PageBar, Panel } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { SideList } from '@/ui/SideList';
import { textOf, useAll } from '../shared/queries';
import { EntryDialog } from './EntryDialog';
import '@/ui/rowTable.css';
import './settings.css';

const tx = translator(settings);
const FIRST = ['customers', 'follow-ups', 'contacts', 'leads'];

/** What a dictionary is for: the fields whose options it holds. */
function usesOf(meta: Meta): Map<string, { label: string; uses: string[] }> {
  const out = new Map<string, { label: string; uses: string[] }>();
  const names = [...FIRST, ...Object.keys(meta.entities).filter((e) => !FIRST.includes(e))];
  for (const entity of names.map((e) => meta.entities[e]).filter(Boolean))
    for (const f of entity.fields) {
      if (!f.dictionary) continue;
      const known = out.get(f.dictionary) ?? { label: f.dictionary_label ?? f.label, uses: [] };
      known.uses.push(`${entity.label} · ${f.label}`);
      out.set(f.dictionary, known);
    }
  return out;
}

function Entries({ dictionary, label, rows, used }: { dictionary: string; label: string; rows: Rec[]; used?: string[] }) {
  const entity = useEntity('dictionary-entries');
  const [editing, setEditing] = useState<Rec | 'new' | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const edits = can(entity, 'edit');
  const done = () => {
    recordWritten('dictionary-entries');
    void queryClient.invalidateQueries({ queryKey: ['meta'] });
  };
  const change = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (e) {
      toast.error(e);
    }
    done();
  };
  const toggle = async (r: Rec) => {
    const off = r.disabled !== true;
    if (off && !(await confirm({ title: tx('dict.disable.ask', { name: textOf(r.name) }), okText: tx('dict.disable'), danger: true }))) return;
    await change(() => patch(`/dictionary-entries/${r.id}`, { disabled: off }, r.version));
  };
  // Places are given anew in tens; only those that differ are written.
  const place = (from: number, to: number) => {
    if (to < 0 || to >= rows.length || from === to) return;
    const next = [...rows];
    next.splice(to, 0, ...next.splice(from, 1));
    void change(async () => {
      for (const [i, r] of next.entries())
        // What is disabled is only viewed.
        if (r.disabled !== true && Number(r.position) !== (i + 1) * 10) await patch(`/dictionary-entries/${r.id}`, { position: (i + 1) * 10 });
    });
  };
  return (
    <Panel
      title={
        <>
          {label} <code className="muted small">{dictionary}</code>
        </>
      }
      extra={
        can(entity, 'create') && (
          <Button size="small" type="primary" onClick={() => setEditing('new')}>
            {tx('dict.new')}
          </Button>
        )
      }
    >
      {used && <p className="muted small dict-used">{tx('dict.used', { fields: listOf(used) })}</p>}
      {rows.length === 0 && <EmptyState title={tx('dict.none')} />}
      <div className="table-scroll">
        <table className="table row-table">
          <thead>
            <tr>
              {edits && <th scope="col">{tx('dict.order')}</th>}
              <th scope="col">{tx('dict.name')}</th>
              <th scope="col" className="wide-col">
                {tx('dict.name_en')}
              </th>
              <th scope="col" className="wide-col">
                {tx('dict.code')}
              </th>
              <th scope="col">{tx('dict.state')}</th>
              <th scope="col">
                <span className="sr-only">{t('more')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r, i) => {
              const off = r.disabled === true;
              const name = textOf(r.name);
              return (
                <tr
                  key={r.id}
                  className={off ? 'is-off' : ''}
                  draggable={edits && !off}
                  onDragStart={() => setDragged(i)}
                  onDragOver={(e) => dragged !== null && e.preventDefault()}
                  onDrop={() => {
                    if (dragged !== null) place(dragged, i);
                    setDragged(null);
                  }}
                >
                  {edits && (
                    <td className="dict-order">
                      <button
                        type="button"
                        className="icon-button icon-small"
                        disabled={off || i === 0}
                        aria-label={tx('dict.up', { name })}
                        onClick={() => place(i, i - 1)}
                      >
                        <Icon name="up" size={13} />
                      </button>
                      <button
                        type="button"
                        className="icon-button icon-small"
                        disabled={off || i === rows.length - 1}
                        aria-label={tx('dict.down', { name })}
                        onClick={() => place(i, i + 1)}
                      >
                        <Icon name="down" size={13} />
                      </button>
                    </td>
                  )}
                  <td>{r.color ? <Pill color={textOf(r.color)}>{name}</Pill> : name}</td>
                  <td className="wide-col">{textOf(r.name_en)}</td>
                  <td className="wide-col">
                    <code className="muted">{textOf(r.code)}</code>
                  </td>
                  <td>
                    <Pill color={off ? 'grey' : 'green'}>{tx(off ? 'dict.off' : 'dict.on')}</Pill>
                  </td>
                  <td>
                    <span className="row row-actions">
                      {edits && !off && (
                        <button type="button" className="link" onClick={() => setEditing(r)}>
                          {tx('dict.edit')}
                        </button>
                      )}
                      {edits && (
                        <button type="button" className="link" title={off ? tx('dict.off.help') : undefined} onClick={() => void toggle(r)}>
                          {tx(off ? 'dict.enable' : 'dict.disable')}
                        </button>
                      )}
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {editing && (
        <EntryDialog
          dictionary={dictionary}
          entry={editing === 'new' ? undefined : editing}
          position={(rows.length + 1) * 10}
          onClose={() => setEditing(null)}
          onSaved={done}
        />
      )}
    </Panel>
  );
}

/** The words people choose from: add, edit, order, disable; a disabled one is only viewed (CUZ-01…03). */
export default function DictionariesPage() {
  const meta = useMeta();
  const [search, setSearch] = useSearchText();
  const list = useAll('dictionary-entries', {
    fields: ['dictionary', 'code', 'name', 'name_en', 'position', 'disabled', 'color', 'note', 'note_en'],
    sort: 'position',
  });
  const uses = useMemo(() => usesOf(meta), [meta]);
  const groups = useMemo(() => {
    const out = new Map<string, Rec[]>();
    for (const r of list.data ?? []) out.set(textOf(r.dictionary), [...(out.get(textOf(r.dictionary)) ?? []), r]);
    return out;
  }, [list.data]);
  if (list.isPending) return <Loading />;
  const labelOf = (n: string) => uses.get(n)?.label ?? meta.dictionaries[n] ?? n;
  const names = [...new Set([...uses.keys(), ...groups.keys()])];
  const name = search.dictionary && names.includes(search.dictionary) ? search.dictionary : names[0];
  return (
    <div className="page">
      <PageBar title={tx('dict.title')} />
      <div className="side-columns">
        <SideList
          label={tx('dict.list')}
          items={names.map((n) => ({ key: n, label: labelOf(n), note: groups.get(n)?.length ?? 0 }))}
          value={name}
          onSelect={(dictionary) => setSearch({ dictionary })}
        />
        {name && <Entries key={name} dictionary={name} label={labelOf(name)} rows={groups.get(name) ?? []} used={uses.get(name)?.uses} />}
      </div>
    </div>
  );
}
