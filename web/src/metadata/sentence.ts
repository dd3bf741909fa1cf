import type { Entity, Filter } from '@/api/types';
import { formatValue } from '@/fields/kind';
import { t, type Key } from '@/i18n/t';
import { parseFilter, type Leaf, type Node } from './filter';
import { fieldOf } from './fields';

/** A filter in words, for people who have to judge it: “地区 属于 江苏省，星级 不小于 3”. */
export const sayFilter = (entity: Entity, filter: Filter | null): string => say(entity, parseFilter(filter));

function say(entity: Entity, node: Node): string {
  if (node.type === 'leaf') return sayLeaf(entity, node);
  const parts = node.items.map((item) => (item.type === 'group' ? `（${say(entity, item)}）` : sayLeaf(entity, item)));
  return parts.join(t(node.all ? 'filter.and' : 'filter.or'));
}

function sayLeaf(entity: Entity, leaf: Leaf): string {
  const [name, inner] = leaf.field.split('.');
  const field = fieldOf(entity, name);
  const label = [field?.label ?? name, inner].filter(Boolean).join(' · ');
  const op = leaf.op === 'empty' && leaf.value === false ? 'filled' : leaf.op;
  const said = `${label} ${t(`op.${op}` as Key)}`;
  if (leaf.op === 'empty' || leaf.op === 'me') return said;
  const values = Array.isArray(leaf.value) ? leaf.value : [leaf.value];
  const shown = values.map((value) => (field && !inner && leaf.op !== 'within' && formatValue(value, field)) || String(value ?? ''));
  return `${said} ${shown.join(leaf.op === 'between' ? ' – ' : '、')}`;
}
