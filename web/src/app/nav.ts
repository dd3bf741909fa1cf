import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Search = Record<string, string | undefined>;

/** Search parameters as plain strings, with a setter that keeps the others. */
export function useSearchText(): [Search, (change: Search, replace?: boolean) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const set = useCallback(
    (change: Search, replace = true) => {
      void navigate({
        to: '.',
        search: ((old: Search) => {
          const next = { ...old, ...change };
          for (const key of Object.keys(next)) if (!next[key]) delete next[key];
          return next;
        }) as never,
        replace,
      });
    },
    [navigate],
  );
  return [search, set];
}
export const usePathParams = () => useParams({ strict: false }) as Record<string, string>;

/** Navigation by a plain path, for targets that come from metadata. */
export function useGo() {
  const navigate = useNavigate();
  return useCallback((to: string, search?: Search) => void navigate({ to, search: (search ?? {}) as never } as never), [navigate]);
}
