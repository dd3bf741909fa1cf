import { useCallback, useState } from 'react';
import type { Entity, Field } from '@/api/types';
import { kindOf } from '@/fields/kind';

const read = (key: string): Record<string, number> => {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}');
  } catch {
    return {};
  }
};

/** Column widths by entity, kept in this browser. */
export function useWidths(entityName: string, entity: Entity) {
  const key = `guanxi.widths.${entityName}`;
  const [own, setOwn] = useState<Record<string, number>>(() => read(key));
  const width = useCallback(
    (f: Field) => own[f.name] ?? (f.name === entity.title ? 240 : Math.max(kindOf(f).width, f.label.length * 14 + 34)),
    [own, entity.title],
  );
  const resize = useCallback(
    (name: string, px: number) =>
      setOwn((old) => {
        const next = { ...old, [name]: Math.max(60, Math.min(800, Math.round(px))) };
        try {
          localStorage.setItem(key, JSON.stringify(next));
        } catch {
          /* private mode */
        }
        return next;
      }),
    [key],
  );
  return { width, resize };
}
