import Cascader from 'antd/es/cascader';
import { useMemo } from 'react';
import { t } from '@/i18n/t';
import type { InputProps } from '../types';
import { codePath, regionName, useDivisions, type Division } from './divisions';

interface Option {
  value: string;
  label: string;
  children?: Option[];
}
const tree = (list: Division[]): Option[] => list.map(([value, label, below]) => ({ value, label, children: below && tree(below) }));

export function RegionInput(p: InputProps) {
  const table = useDivisions(true);
  const options = useMemo(() => (table ? tree(table) : []), [table]);
  const code = typeof p.value === 'string' ? p.value : '';
  const path = useMemo(() => {
    if (!code || !table) return undefined;
    let list: Division[] | undefined = table;
    const found: string[] = [];
    for (const c of codePath(code)) {
      const hit: Division | undefined = list?.find((d) => d[0] === c);
      if (hit) {
        found.push(c);
        list = hit[2];
      }
    }
    return found.length ? found : undefined;
  }, [code, table]);
  return (
    <Cascader<Option>
      id={p.id}
      className="full"
      options={options}
      value={path}
      changeOnSelect
      allowClear={!p.field.required}
      disabled={p.disabled || !table}
      autoFocus={p.autoFocus}
      status={p.invalid ? 'error' : undefined}
      aria-label={p.label}
      placeholder={t('field.pick')}
      showSearch={{ filter: (q, items) => items.some((o) => o.label.includes(q)) }}
      displayRender={(labels) => regionName(code) || labels.join('')}
      onChange={(v) => p.onChange(v?.length ? v[v.length - 1] : null)}
    />
  );
}
