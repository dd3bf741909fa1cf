import { useEffect, useRef } from 'react';
import { useParams } from '@tanstack/react-router';
import { cachedMeta } from '@/api/hooks';
import { quickCreate } from '@/areas';
import { can } from '@/metadata/fields';
import { openRecordForm } from '@/views/form/openForm';
import { useGo } from './nav';

export const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    Boolean(target.closest('[role=combobox],[role=listbox],.ant-modal,.ant-drawer')));

/** In a box of several, Tab would choose whatever is highlighted, unasked; here it goes on to the next control. */
function leaveByTab(e: KeyboardEvent) {
  if (e.key === 'Tab' && e.target instanceof Element && e.target.closest('.ant-select-multiple')) e.stopPropagation();
}
document.addEventListener('keydown', leaveByTab, true);

/** What was typed while the command palette was still on its way. */
let early = '';
export const takeEarly = () => {
  const text = early;
  early = '';
  return text;
};

export function useShortcuts({ palette, help, opening }: { palette: () => void; help: () => void; opening: boolean }) {
  const go = useGo();
  const params = useParams({ strict: false }) as { entity?: string };
  const state = useRef({ palette, help, opening, entity: params.entity, pending: 0 });
  state.current = { ...state.current, palette, help, opening, entity: params.entity };
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const s = state.current;
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
        e.preventDefault();
        s.opening = true;
        early = '';
        s.palette();
        return;
      }
      if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
      if (s.opening) {
        if (e.key.length === 1) early += e.key;
        return;
      }
      const afterG = Date.now() - s.pending < 1200;
      s.pending = 0;
      if (afterG && e.key === 'h') {
        e.preventDefault();
        go('/');
        return;
      }
      if (e.key === 'g') {
        s.pending = Date.now();
        return;
      }
      if (e.key === '?') {
        e.preventDefault();
        s.help();
      } else if (e.key === '/') {
        e.preventDefault();
        document.querySelector<HTMLInputElement>('#global-search')?.focus();
      } else if (e.key === 'n' || e.key === 'c') {
        const meta = cachedMeta();
        const entity = [s.entity, ...quickCreate].find((name) => name && can(meta?.entities[name], 'create'));
        if (entity) {
          e.preventDefault();
          openRecordForm({ entity });
        }
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [go]);
}
