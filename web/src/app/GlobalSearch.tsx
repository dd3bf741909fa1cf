import { useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent } from 'react';
import { get } from '@/api/client';
import { useMeta } from '@/api/hooks';
import type { SearchHit } from '@/api/types';
import { iconOf } from '@/areas';
import { t } from '@/i18n/t';
import { Icon } from '@/ui/Icon';
import { usePopup } from '@/ui/Menu';
import { useDebounced } from '@/ui/useDebounced';
import { useNarrow } from '@/ui/useMedia';
import { useGo } from './nav';

export function useSearch(q: string) {
  const text = useDebounced(q.trim(), 220);
  return useQuery({
    queryKey: ['search', text],
    queryFn: ({ signal }) => get<{ items: SearchHit[] }>('/search', { q: text }, signal),
    enabled: text.length > 0,
    staleTime: 15_000,
    placeholderData: (p) => (text ? p : undefined),
  });
}

export function GlobalSearch() {
  const [q, setQ] = useState('');
  const [at, setAt] = useState(0);
  const { open, setOpen, ref } = usePopup();
  const id = useId();
  const go = useGo();
  const meta = useMeta();
  const narrow = useNarrow();
  const found = useSearch(q);
  const items = (found.data?.items ?? []).filter((h) => meta.entities[h.entity]);
  const pick = (hit: SearchHit | undefined) => {
    if (!hit) return;
    setOpen(false);
    setQ('');
    go(`/e/${hit.entity}/${hit.id}`);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown') setAt((at + 1) % Math.max(items.length, 1));
    else if (e.key === 'ArrowUp') setAt((at - 1 + items.length) % Math.max(items.length, 1));
    else if (e.key === 'Enter' && !e.nativeEvent.isComposing) pick(items[at]);
    else return;
    e.preventDefault();
  };
  const shown = open && q.trim().length > 0;
  return (
    <div className="global-search" ref={ref} role="search">
      <Icon name="search" />
      <input
        id="global-search"
        type="text"
        value={q}
        placeholder={t(narrow ? 'bar.search.short' : 'bar.search')}
        aria-label={t('bar.search.short')}
        role="combobox"
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && items[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        onFocus={() => setOpen(true)}
        onChange={(e) => {
          setQ(e.target.value);
          setAt(0);
          setOpen(true);
        }}
        onKeyDown={keys}
      />
      {shown && (
        <div className="menu search-results" role="listbox" id={`${id}-list`} aria-label={t('bar.search.short')}>
          {items.map((hit, i) => (
            // Keys are handled by the box above, as a combobox does.
            // oxlint-disable-next-line click-events-have-key-events
            <div
              key={`${hit.entity}/${hit.id}`}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              className="search-hit"
              onPointerMove={() => setAt(i)}
              onClick={() => pick(hit)}
            >
              <Icon name={iconOf(hit.entity, meta.entities[hit.entity])} />
              <span className="grow">
                <strong>{hit.title}</strong>
                <span className="muted small ellipsis">
                  {[hit.subtitle, hit.match && !hit.title.includes(hit.match.text) && hit.match.text !== hit.subtitle ? hit.match.text : '']
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
              <span className="muted small">{meta.entities[hit.entity].label}</span>
            </div>
          ))}
          {items.length === 0 && (
            <div className="menu-heading" role="option" aria-disabled="true" aria-selected={false} tabIndex={-1}>{found.isFetching ? t('loading') : t('bar.noresult', { q })}
            </div>
          )}
        </div>
      )}
    </div>
  );
}
