import { useEffect, useRef, useState } from 'react';
import Button from 'antd/es/button';
import Select from 'antd/es/select';
import type { Entity, Field, Filter, Operator } from '@/api/types';
import { kindOf, operatorsOf } from '@/fields/kind';
import { t, type Key } from '@/i18n/t';
import { emptyGroup, parseFilter, toFilter, type Group, type Leaf, type Node } from '@/metadata/filter';
import { Icon } from '@/ui/Icon';

/** `empty` reads as two operators, because "is not empty" is what people look for. */
type Shown = Operator | 'filled';
const shownOps = (f: Field): Shown[] => operatorsOf(f).flatMap((op): Shown[] => (op === 'empty' ? ['empty', 'filled'] : [op]));
const shownOf = (leaf: Leaf): Shown => (leaf.op === 'empty' && leaf.value === false ? 'filled' : leaf.op);
const filterable = (entity: Entity) => entity.fields.filter((f) => !f.hidden && operatorsOf(f).length > 0);
const fresh = (f: Field): Leaf => leafFor(f, shownOps(f)[0]);
function leafFor(f: Field, op: Shown, old?: unknown): Leaf {
  if (op === 'filled') return { type: 'leaf', field: f.name, op: 'empty', value: false };
  if (op === 'empty' || op === 'me') return { type: 'leaf', field: f.name, op, value: true };
  const many = op === 'in' || op === 'nin' || op === 'between';
  const keep = typeof old !== 'boolean' && old !== undefined && Array.isArray(old) === many;
  const value = keep
    ? old
    : op === 'in' || op === 'nin'
      ? typeof old === 'string' && old
        ? [old]
        : []
      : op === 'between'
        ? [null, null]
        : Array.isArray(old) && old.length
          ? old[0]
          : null;
  return { type: 'leaf', field: f.name, op, value };
}

export function FilterBuilder({
  entity,
  filter,
  onChange,
  onClose,
}: {
  entity: Entity;
  filter: Filter | null;
  onChange: (filter: Filter | null) => void;
  onClose?: () => void;
}) {
  const sent = useRef(JSON.stringify(filter ?? {}));
  const [tree, setTree] = useState<Group>(() => parseFilter(filter));
  useEffect(() => {
    const now = JSON.stringify(filter ?? {});
    if (now !== sent.current) {
      sent.current = now;
      setTree(parseFilter(filter));
    }
  }, [filter]);
  // What is typed settles for a moment before the list is asked again.
  useEffect(() => {
    const next = toFilter(tree);
    const text = JSON.stringify(next ?? {});
    if (text === sent.current) return;
    const timer = window.setTimeout(() => {
      sent.current = text;
      onChange(next);
    }, 350);
    return () => window.clearTimeout(timer);
  }, [tree, onChange]);
  return (
    <section className="filter-panel" aria-label={t('list.filter')}>
      <GroupEditor entity={entity} group={tree} depth={0} onChange={setTree} />
      <div className="row">
        {tree.items.length > 0 && (
          <Button size="small" type="text" onClick={() => setTree(emptyGroup())}>
            {t('clear')}
          </Button>
        )}
        {onClose && (
          <Button size="small" type="text" onClick={onClose}>
            {t('close')}
          </Button>
        )}
      </div>
    </section>
  );
}

function GroupEditor({
  entity,
  group,
  depth,
  onChange,
  onRemove,
}: {
  entity: Entity;
  group: Group;
  depth: number;
  onChange: (g: Group) => void;
  onRemove?: () => void;
}) {
  const fields = filterable(entity);
  const put = (i: number, node: Node | null) =>
    onChange({ ...group, items: node ? group.items.map((x, k) => (k === i ? node : x)) : group.items.filter((_, k) => k !== i) });
  return (
    <div className={`filter-group${depth ? ' filter-nested' : ''}`}>
      {group.items.length > 1 || depth > 0 ? (
        <div className="row">
          <span className="muted">{t('list.match')}</span>
          <Select
            size="small"
            aria-label={t('list.match')}
            value={group.all ? 'and' : 'or'}
            onChange={(v) => onChange({ ...group, all: v === 'and' })}
            options={[
              { value: 'and', label: t('list.all_of') },
              { value: 'or', label: t('list.any_of') },
            ]}
            popupMatchSelectWidth={false}
          />
          {onRemove && (
            <button type="button" className="icon-button" aria-label={t('remove')} onClick={onRemove}>
              <Icon name="close" size={14} />
            </button>
          )}
        </div>
      ) : null}
      {group.items.map((node, i) =>
        node.type === 'group' ? (
          <GroupEditor key={i} entity={entity} group={node} depth={depth + 1} onChange={(g) => put(i, g)} onRemove={() => put(i, null)} />
        ) : (
          <LeafEditor key={i} fields={fields} leaf={node} onChange={(l) => put(i, l)} onRemove={() => put(i, null)} />
        ),
      )}
      <div className="row">
        <Button
          size="small"
          type="link"
          icon={<Icon name="plus" size={13} />}
          onClick={() =>
            fields[0] && onChange({ ...group, items: [...group.items, fresh(fields.find((f) => f.name === entity.title) ?? fields[0])] })
          }
        >
          {t('list.add_condition')}
        </Button>
        {depth < 3 && (
          <Button
            size="small"
            type="link"
            icon={<Icon name="plus" size={13} />}
            onClick={() => onChange({ ...group, items: [...group.items, { type: 'group', all: !group.all, items: [] }] })}
          >
            {t('list.add_group')}
          </Button>
        )}
      </div>
    </div>
  );
}

function LeafEditor({
  fields,
  leaf,
  onChange,
  onRemove,
}: {
  fields: Field[];
  leaf: Leaf;
  onChange: (l: Leaf) => void;
  onRemove: () => void;
}) {
  const field = fields.find((f) => f.name === leaf.field);
  if (!field) {
    // A path through a reference, or a field the reader may not see: kept as it is.
    return (
      <div className="filter-leaf">
        <code>
          {leaf.field} {leaf.op} {JSON.stringify(leaf.value)}
        </code>
        <button type="button" className="icon-button" aria-label={t('remove')} onClick={onRemove}>
          <Icon name="close" size={14} />
        </button>
      </div>
    );
  }
  const { Filter: ValueFilter } = kindOf(field);
  return (
    <div className="filter-leaf">
      <Select
        aria-label={t('list.field')}
        showSearch={{ optionFilterProp: 'label' }}
        value={field.name}
        options={fields.map((f) => ({ value: f.name, label: f.label }))}
        popupMatchSelectWidth={false}
        onChange={(name) => {
          const next = fields.find((f) => f.name === name);
          if (next) onChange(fresh(next));
        }}
      />
      <Select
        aria-label={t('list.operator')}
        value={shownOf(leaf)}
        options={shownOps(field).map((op) => ({ value: op, label: t(`op.${op}` as Key) }))}
        popupMatchSelectWidth={false}
        onChange={(op) => onChange(leafFor(field, op, leaf.value))}
      />
      <span className="filter-value">
        <ValueFilter field={field} op={leaf.op} value={leaf.value} label={field.label} onChange={(value) => onChange({ ...leaf, value })} />
      </span>
      <button type="button" className="icon-button" aria-label={`${t('remove')} ${field.label}`} onClick={onRemove}>
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}
