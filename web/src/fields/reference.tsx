import { useQueries, useQuery } from '@tanstack/react-query';
import Select from 'antd/es/select';
import Spin from 'antd/es/spin';
import { useState } from 'react';
import { get } from '@/api/client';
import { useMeta } from '@/api/hooks';
import type { AnyRef, Filter, Ref, Suggestion } from '@/api/types';
import { t } from '@/i18n/t';
import { unlisted } from '@/areas/nav';
import { can, titleOf } from '@/metadata/fields';
import { Icon } from '@/ui/Icon';
import { useDebounced } from '@/ui/useDebounced';
import { openRecordForm } from '@/views/form/openForm';
import type { InputProps } from './types';

/** Candidates come from the server for what was typed; nothing is loaded whole. */
export function useSuggestions(entity: string | null | undefined, q: string, enabled: boolean, filter?: Filter | null) {
  const text = useDebounced(q.trim(), 200);
  return useQuery({
    queryKey: ['suggest', entity, text, filter ?? null],
    queryFn: ({ signal }) =>
      get<{ items: Suggestion[] }>(`/${entity}/suggest`, { q: text, filter: filter ? JSON.stringify(filter) : undefined }, signal),
    enabled: enabled && Boolean(entity),
    staleTime: 30_000,
    placeholderData: (previous) => previous,
  });
}

interface PickerProps {
  id?: string;
  entity: string | null | undefined;
  filter?: Filter | null;
  value: Ref[];
  onChange: (value: Ref[]) => void;
  multiple?: boolean;
  disabled?: boolean;
  invalid?: boolean;
  label?: string;
  describedBy?: string;
  autoFocus?: boolean;
  clearable?: boolean;
  placeholder?: string;
  /** Offers to make the record that is not there yet. */
  creates?: boolean;
  /** What such a record begins with. */
  defaults?: Record<string, unknown>;
}
export function RecordPicker(p: PickerProps) {
  const [q, setQ] = useState('');
  const [open, setOpen] = useState(false);
  const found = useSuggestions(p.entity, q, open, p.filter);
  const items = found.data?.items ?? [];
  const chosen = new Map(p.value.map((r) => [r.id, r]));
  const options = [
    ...p.value
      .filter((r) => !items.some((i) => i.id === r.id))
      .map((r) => ({ value: r.id, title: r.title ?? '', label: r.title ?? t('field.hidden'), subtitle: '' })),
    ...items.map((i) => ({ value: i.id, title: i.title, label: i.title, subtitle: i.subtitle ?? '' })),
  ];
  const entity = useMeta().entities[p.entity ?? ''];
  const make = () => {
    const title = q.trim();
    setOpen(false);
    openRecordForm({
      entity: p.entity!,
      defaults: { ...p.defaults, ...(title && entity ? { [entity.title]: title } : {}) },
      onSaved: (r) => p.onChange([...(p.multiple ? p.value : []), { id: r.id, title: titleOf(entity, r) }]),
    });
  };
  const creates = p.creates && can(entity, 'create') && !unlisted.has(p.entity ?? '');
  const pick = (ids: string | string[] | undefined) => {
    const list = ids === undefined || ids === null ? [] : Array.isArray(ids) ? ids : [ids];
    p.onChange(list.map((id) => chosen.get(id) ?? { id, title: items.find((i) => i.id === id)?.title ?? '' }));
    setQ('');
  };
  return (
    <Select
      id={p.id}
      className="full"
      mode={p.multiple ? 'multiple' : undefined}
      showSearch={{ filterOption: false, searchValue: q, onSearch: setQ }}
      allowClear={p.clearable !== false}
      disabled={p.disabled}
      autoFocus={p.autoFocus}
      status={p.invalid ? 'error' : undefined}
      aria-label={p.label}
      aria-describedby={p.describedBy}
      placeholder={p.placeholder ?? t('field.search')}
      notFoundContent={
        found.isFetching ? <Spin size="small" /> : <span className="muted">{q ? t('bar.noresult', { q }) : t('field.search')}</span>
      }
      options={options}
      value={p.multiple ? p.value.map((r) => r.id) : p.value[0]?.id}
      onChange={pick}
      open={open}
      onOpenChange={setOpen}
      popupRender={
        creates
          ? (list) => (
              <>
                {list}
                <button type="button" className="pick-create" onMouseDown={(e) => e.preventDefault()} onClick={make}>
                  <Icon name="plus" size={14} />
                  {q.trim() ? t('field.create.named', { name: entity.label, title: q.trim() }) : t('create.named', { name: entity.label })}
                </button>
              </>
            )
          : undefined
      }
      optionRender={(o) => (
        <span className="pick-option">
          <span>{o.data.label}</span>
          {o.data.subtitle && <span className="muted small">{o.data.subtitle}</span>}
        </span>
      )}
    />
  );
}

export const ReferenceInput = (p: InputProps) => (
  <RecordPicker
    id={p.id}
    entity={p.field.target}
    filter={p.field.target_filter}
    value={p.value && typeof p.value === 'object' ? [p.value as Ref] : []}
    onChange={(v) => p.onChange(v[0] ?? null)}
    disabled={p.disabled}
    invalid={p.invalid}
    label={p.label}
    describedBy={p.describedBy}
    autoFocus={p.autoFocus}
    clearable={!p.field.required}
    creates
  />
);

export function AnyReferenceInput(p: InputProps) {
  const meta = useMeta();
  const ref = p.value as AnyRef | null;
  const [entity, setEntity] = useState(ref?.entity ?? '');
  const shown = ref?.entity ?? entity;
  return (
    <span className="any-reference">
      <Select
        aria-label={t('field.entity')}
        className="full"
        disabled={p.disabled}
        placeholder={t('field.entity')}
        showSearch={{ optionFilterProp: 'label' }}
        value={shown || undefined}
        options={Object.entries(meta.entities).map(([value, e]) => ({ value, label: e.label }))}
        onChange={(v) => {
          setEntity(v);
          p.onChange(null);
        }}
      />
      <RecordPicker
        id={p.id}
        entity={shown}
        disabled={p.disabled || !shown}
        invalid={p.invalid}
        label={p.label}
        describedBy={p.describedBy}
        value={ref ? [ref] : []}
        onChange={(v) => p.onChange(v[0] ? { entity: shown, ...v[0] } : null)}
      />
    </span>
  );
}

/** Titles for ids that came from the address bar. They are asked for as pickers ask: who may name a record need not open it. */
export function useTitles(entity: string | null | undefined, ids: string[], known: Map<string, string>): Ref[] {
  const results = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['suggest', entity, 'title', id],
      queryFn: async () => (await get<{ items: Suggestion[] }>(`/${entity}/suggest`, { filter: JSON.stringify({ id }) })).items[0] ?? null,
      enabled: Boolean(entity) && !known.has(id),
      retry: false,
      staleTime: 60_000,
    })),
  });
  return ids.map((id, i) => ({ id, title: known.get(id) ?? results[i].data?.title ?? `#${id}` }));
}
