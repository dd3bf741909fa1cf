import { useState, type DragEvent, type KeyboardEvent } from 'react';
import { del, patch } from '@/api/client';
import { recordWritten, useEntity } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { organisation as dict } from '@/i18n/dict/organisation';
import { t, translator } from '@/i18n/t';
import { FieldValue } from '@/fields/FieldValue';
import { can, fieldOf } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { Menu } from '@/ui/Menu';
import { openRecordForm } from '@/views/form/openForm';
import { textOf } from '../shared/queries';
import { flat, within, type Branch } from './tree';
import { TreePicker } from './TreePicker';
import './organisation.css';

const tx = translator(dict);
const ORDINARY = 'department';

interface Props {
  entityName: string;
  label: string;
  /** What stands above all branches. */
  whole: string;
  branches: Branch[];
  selected: string | null;
  onSelect: (id: string | null) => void;
  counts?: Map<string, number>;
}

/** A tree of records with a parent: choose, add below, rename, move by hand or by dialog. */
export function TreeEditor({ entityName, label, whole, branches, selected, onSelect, counts }: Props) {
  const entity = useEntity(entityName);
  // What kind of department one is, unless it is just one.
  const kind = entity && fieldOf(entity, 'kind');
  const [closed, setClosed] = useState(new Set<string>());
  const [moving, setMoving] = useState<Branch | null>(null);
  const [dragged, setDragged] = useState<Branch | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const rows = flat(branches).filter(({ branch }) => !hidden(branch));
  function hidden(branch: Branch): boolean {
    return flat(branches).some(({ branch: b }) => closed.has(b.id) && b.id !== branch.id && within(b, branch.id));
  }
  const toggle = (id: string, open?: boolean) => {
    const next = new Set(closed);
    if (open ?? next.has(id)) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  const move = async (branch: Branch, parent: string | null) => {
    try {
      const saved = await patch<Rec>(`/${entityName}/${branch.id}`, { parent }, branch.record.version as string);
      recordWritten(entityName, saved);
      toast.success(tx('tree.moved', { name: flat(branches).find((x) => x.branch.id === parent)?.branch.name ?? tx('tree.top') }));
      setMoving(null);
    } catch (e) {
      toast.error(e);
    }
  };
  const remove = async (branch: Branch) => {
    if (!(await confirm({ title: tx('tree.delete.ask', { name: branch.name }), okText: t('delete'), danger: true }))) return;
    try {
      await del(`/${entityName}/${branch.id}`, branch.record.version as string);
      recordWritten(entityName, null, branch.id);
      if (selected === branch.id) onSelect(null);
    } catch (e) {
      toast.error(e);
    }
  };
  const keys = (e: KeyboardEvent, branch: Branch | null) => {
    const ids: (string | null)[] = [null, ...rows.map((r) => r.branch.id)];
    const at = ids.indexOf(branch?.id ?? null);
    const go = (to: number) => {
      const id = ids[Math.max(0, Math.min(ids.length - 1, to))];
      onSelect(id);
      document.getElementById(`tree-${id ?? 'all'}`)?.focus();
    };
    if (e.key === 'ArrowDown') go(at + 1);
    else if (e.key === 'ArrowUp') go(at - 1);
    else if (e.key === 'ArrowLeft' && branch) toggle(branch.id, false);
    else if (e.key === 'ArrowRight' && branch) toggle(branch.id, true);
    else if ((e.key === 'Enter' || e.key === ' ') && e.target === e.currentTarget) onSelect(branch?.id ?? null);
    else return;
    e.preventDefault();
  };
  const drop = (e: DragEvent, parent: Branch | null) => {
    e.preventDefault();
    setOver(null);
    if (dragged && dragged.id !== parent?.id && !(parent && within(dragged, parent.id))) void move(dragged, parent?.id ?? null);
    setDragged(null);
  };
  const dropTarget = (branch: Branch | null) => ({
    onDragOver: (e: DragEvent) => {
      if (!dragged || (branch && within(dragged, branch.id))) return;
      e.preventDefault();
      setOver(branch?.id ?? 'all');
    },
    onDragLeave: () => setOver(null),
    onDrop: (e: DragEvent) => drop(e, branch),
  });
  const edits = can(entity, 'edit');
  return (
    <>
      <div className="tree" role="tree" aria-label={label}>
        <div
          id="tree-all"
          role="treeitem"
          aria-level={1}
          aria-selected={selected === null}
          tabIndex={selected === null ? 0 : -1}
          className={`tree-row${selected === null ? ' is-on' : ''}${over === 'all' ? ' is-over' : ''}`}
          onClick={() => onSelect(null)}
          onKeyDown={(e) => keys(e, null)}
          {...dropTarget(null)}
        >
          <span className="grow">{whole}</span>
        </div>
        {rows.map(({ branch, depth }) => (
          <div
            key={branch.id}
            id={`tree-${branch.id}`}
            role="treeitem"
            aria-level={depth + 2}
            aria-selected={selected === branch.id}
            aria-expanded={branch.children.length ? !closed.has(branch.id) : undefined}
            tabIndex={selected === branch.id ? 0 : -1}
            draggable={edits}
            title={edits ? tx('tree.drag') : undefined}
            className={`tree-row${selected === branch.id ? ' is-on' : ''}${over === branch.id ? ' is-over' : ''}`}
            style={{ paddingLeft: 8 + (depth + 1) * 16 }}
            onClick={() => onSelect(branch.id)}
            onKeyDown={(e) => keys(e, branch)}
            onDragStart={() => setDragged(branch)}
            onDragEnd={() => setDragged(null)}
            {...dropTarget(branch)}
          >
            {branch.children.length > 0 ? (
              <button
                type="button"
                className="tree-toggle"
                tabIndex={-1}
                aria-hidden="true"
                onClick={(e) => {
                  e.stopPropagation();
                  toggle(branch.id);
                }}
              >
                <Icon name={closed.has(branch.id) ? 'right' : 'down'} size={13} />
              </button>
            ) : (
              <span className="tree-toggle" />
            )}
            <span className="ellipsis">{branch.name}</span>
            {kind && textOf(branch.record.kind) !== '' && textOf(branch.record.kind) !== ORDINARY && <FieldValue field={kind} record={branch.record} />}
            <span className="grow" />
            {counts?.get(branch.id) ? <span className="muted small num">{counts.get(branch.id)}</span> : null}
            {edits && (
              // The menu is its own control; a press on it does not choose the row.
              <span role="presentation" onClick={(e) => e.stopPropagation()} onKeyDown={(e) => e.stopPropagation()}>
                <Menu
                  label={tx('tree.more', { name: branch.name })}
                  className="icon-button icon-small"
                  button={<Icon name="more" size={14} />}
                  items={[
                    {
                      key: 'below',
                      label: tx('tree.below'),
                      onClick: () =>
                        openRecordForm({
                          entity: entityName,
                          defaults: { parent: { id: branch.id, title: branch.name } },
                          onSaved: (r) => onSelect(r.id),
                        }),
                    },
                    { key: 'edit', label: tx('tree.edit'), onClick: () => openRecordForm({ entity: entityName, id: branch.id }) },
                    { key: 'move', label: tx('tree.move'), onClick: () => setMoving(branch) },
                    'line',
                    { key: 'delete', label: tx('tree.delete'), danger: true, onClick: () => void remove(branch) },
                  ]}
                />
              </span>
            )}
          </div>
        ))}
      </div>
      {moving && (
        <TreePicker
          title={tx('tree.move.title', { name: moving.name })}
          branches={branches}
          without={moving}
          top
          onPick={(id) => move(moving, id)}
          onClose={() => setMoving(null)}
        />
      )}
    </>
  );
}
