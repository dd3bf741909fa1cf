import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { post } from '@/api/client';
import { ApiError } from '@/api/errors';
import { useMeta } from '@/api/hooks';
import type { Duplicate, Entity, Rec } from '@/api/types';
import { twinButtons } from '@/areas';
import { sameValue, writeValue } from '@/fields/kind';
import { isBlank } from '@/fields/rules';
import { formatInstant } from '@/i18n/format';
import { t } from '@/i18n/t';
import { writable } from '@/metadata/fields';
import { Icon } from '@/ui/Icon';
import { useDebounced } from '@/ui/useDebounced';
import type { Values } from './useRecordForm';

/** Kinds by which the server knows people and companies again. */
const WATCHED = new Set(['text', 'phone', 'email', 'reference']);

function toldText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value && typeof value === 'object' && 'title' in value ? String(value.title ?? '') : '';
}

/** While one types: who is already there, why it looks the same, and who holds it. */
export function Duplicates({ entityName, entity, values, before }: { entityName: string; entity: Entity; values: Values; before?: Rec }) {
  const watched = entity.duplicates ? entity.fields.filter((f) => WATCHED.has(f.kind) && writable(f)) : [];
  const [refused, setRefused] = useState(false);
  const given: Values = {};
  let touched = !before;
  for (const f of watched) {
    const name = f.name;
    if (isBlank(values[name])) continue;
    given[name] = writeValue(values[name], f);
    if (before && !sameValue(values[name], before[name], f)) touched = true;
  }
  const text = useDebounced(JSON.stringify(given), 450);
  const found = useQuery({
    queryKey: ['duplicates', entityName, text, before?.id ?? null],
    queryFn: async () => {
      try {
        return await post<{ items: Duplicate[] }>(`/${entityName}/duplicates`, { values: JSON.parse(text), except: before?.id });
      } catch (e) {
        if (e instanceof ApiError && (e.status === 404 || e.status === 405)) setRefused(true);
        return { items: [] };
      }
    },
    enabled: watched.length > 0 && touched && !refused && text !== '{}',
    staleTime: 10_000,
    retry: false,
    placeholderData: (previous) => (text === '{}' ? undefined : previous),
  });
  const items = text === '{}' || !touched ? [] : (found.data?.items ?? []);
  if (!items.length) return <div aria-live="polite" className="sr-only" />;
  return (
    <section className="note note-amber duplicates" aria-live="polite" aria-label={t('form.duplicates')}>
      <strong>
        <Icon name="warning" /> {t('form.duplicates')}
      </strong>
      <ul>
        {items.slice(0, 5).map((d, i) => (
          <Twin key={d.id ?? i} twin={d} here={entityName} values={values} />
        ))}
      </ul>
      {items.length > 5 && <p>{t('form.and_more', { n: items.length - 5 })}</p>}
    </section>
  );
}

/** One of those already there; of another entity it says what it is. */
function Twin({ twin, here, values }: { twin: Duplicate; here: string; values: Values }) {
  const entity = useMeta().entities[twin.entity];
  const Button = twinButtons[twin.entity];
  if (!entity) return null;
  return (
    <li>
      {twin.entity !== here && <span className="muted">{entity.label} · </span>}
      {twin.visible && twin.id ? (
        <Link to="/e/$entity/$id" params={{ entity: twin.entity, id: twin.id }} target="_blank">
          {twin.title}
        </Link>
      ) : (
        <span>{twin.title}</span>
      )}
      <span> · {twin.reason}</span>
      {entity.fields.map((f) => {
        const told = !f.implied && f.name !== entity.title && f.name !== 'owner' && f.name !== 'protected_until' && toldText(twin[f.name]);
        return told ? <span key={f.name}> · {told}</span> : null;
      })}
      {twin.owner && <span> · {t('form.held_by', { name: twin.owner.title ?? t('field.hidden') })}</span>}
      {twin.owner === null && entity.actions.some((a) => a.name === 'claim') && <span> · {t('form.unheld')}</span>}
      {twin.protected_until && <span> · {t('form.protected_until', { at: formatInstant(twin.protected_until, 'date') })}</span>}
      {Button && (
        <Suspense fallback={null}>
          <Button twin={twin} values={values} />
        </Suspense>
      )}
    </li>
  );
}
