import { useMeta } from '@/api/hooks';
import type { Change } from '@/api/types';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/kind';
import { LinesDiff } from '@/fields/lines/LinesDiff';
import { t } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';

/** Old and new, field by field. */
export function ChangeList({ entityName, changes, created }: { entityName: string; changes: Change[]; created?: boolean }) {
  const entity = useMeta().entities[entityName];
  if (!changes.length) return null;
  return (
    <ul className="change-list">
      {changes.map((c) => {
        const f = entity && fieldOf(entity, c.field);
        const show = (v: unknown) =>
          f && formatValue(v, f) ? (
            <FieldValue field={f} value={v} />
          ) : v === null || v === undefined || v === '' ? (
            <span className="muted">{t('none')}</span>
          ) : (
            <>{typeof v === 'object' ? JSON.stringify(v) : String(v)}</>
          );
        return (
          <li key={c.field}>
            <span className="muted">{f?.label ?? c.field}</span>{' '}
            {f?.kind === 'lines' ? <LinesDiff field={f} old={c.old} now={c.new} /> : (<>{!created && (
              <>
                <del>{show(c.old)}</del> <span aria-hidden="true">→</span>
              </>
            )}{' '}
            <ins>{show(c.new)}</ins></>)}
          </li>
        );
      })}
    </ul>
  );
}
