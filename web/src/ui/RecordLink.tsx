import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

interface Props {
  entity: string;
  id: string;
  className?: string;
  tabIndex?: number;
  children: ReactNode;
}

/** A link to a record as a plain anchor: router links listen to every navigation, which a grid of hundreds cannot afford. */
export function RecordLink({ entity, id, className, tabIndex, children }: Props) {
  const router = useRouter();
  const follow = (e: MouseEvent) => {
    e.stopPropagation();
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    void router.navigate({ to: '/e/$entity/$id', params: { entity, id } });
  };
  return (
    <a href={`/e/${entity}/${id}`} className={className} tabIndex={tabIndex} onClick={follow}>
      {children}
    </a>
  );
}
