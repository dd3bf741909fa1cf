import { useState } from 'react';
import type { Entity } from '@/api/types';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/kind';
import { t } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { formatInstant } from '@/i18n/format';
import { Dialog } from '@/ui/Overlay';
import type { RecordFormState } from './useRecordForm';
import type { Ref } from '@/api/types';

/** Someone else saved first: both values side by side, one choice a field. */
export function ConflictDialog({ entity, form, onResolved }: { entity: Entity; form: RecordFormState; onResolved: () => void }) {
  const [take, setTake] = useState<Record<string, 'mine' | 'theirs'>>({});
  const conflict = form.conflict;
  if (!conflict) return null;
  const by = (conflict.current.updated_by as Ref | null)?.title;
  const others = Object.keys(conflict.mine).filter((n) => !conflict.fields.includes(n));
  const apply = async () => {
    if (await form.resolve(take)) onResolved();
  };
  return (
    <Dialog
      open
      title={t('conflict.title')}
      onClose={form.cancelConflict}
      onOk={() => void apply()}
      okText={t('conflict.save')}
      busy={form.busy}
      width={680}
    >
      <div className="stack">
        <p>{t('conflict.help', { name: by ?? t('conflict.someone'), at: formatInstant(conflict.current.updated_at) })}</p>
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('list.field')}</th>
                <th scope="col">{t('conflict.mine')}</th>
                <th scope="col">{t('conflict.theirs')}</th>
              </tr>
            </thead>
            <tbody>
              {conflict.fields.map((name) => {
                const f = fieldOf(entity, name);
                if (!f) return null;
                const side = (which: 'mine' | 'theirs', value: unknown) => (
                  <td>
                    <label>
                      <input
                        type="radio"
                        name={`c-${name}`}
                        checked={(take[name] ?? 'mine') === which}
                        onChange={() => setTake({ ...take, [name]: which })}
                      />{' '}
                      {formatValue(value, f) ? <FieldValue field={f} value={value} /> : <span className="muted">{t('none')}</span>}
                    </label>
                  </td>
                );
                return (
                  <tr key={name}>
                    <th scope="row">{f.label}</th>
                    {side('mine', form.values[name])}
                    {side('theirs', conflict.current[name])}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        {others.length > 0 && (
          <p className="muted">{t('conflict.kept', { fields: others.map((n) => fieldOf(entity, n)?.label ?? n).join('、') })}</p>
        )}
      </div>
    </Dialog>
  );
}
