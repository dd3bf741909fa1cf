import { useState } from 'react';
import { del, post } from '@/api/client';
import { queryClient, recordWritten, useEntity } from '@/api/hooks';
import { RecordPicker } from '@/fields/reference';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { RecordLink } from '@/ui/RecordLink';
import { refOf, useAll } from '../shared/queries';
import './organisation.css';

const tx = translator(dict);

interface Props {
  /** The entity that joins two records, the field here and the field there. */
  join: string;
  here: string;
  id: string;
  there: string;
  target: string;
  add: string;
  none: string;
  /** Only shown. */
  fixed?: boolean;
}

/** What a record is joined with, as tags to take away and a picker to add. */
export function Links({ join, here, id, there, target, add, none, fixed }: Props) {
  const entity = useEntity(join);
  const list = useAll(join, { filter: { [here]: id } });
  const [busy, setBusy] = useState(false);
  const change = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
    } catch (e) {
      toast.error(e);
    }
    recordWritten(join);
    void queryClient.invalidateQueries({ queryKey: ['me'] });
    setBusy(false);
  };
  const rows = list.data ?? [];
  const removes = can(entity, 'delete') && !fixed;
  return (
    <div className="row-wrap">
      {rows.length === 0 && list.isSuccess && <span className="muted">{none}</span>}
      {rows.map((r) => {
        const ref = refOf(r[there]);
        return (
          <span key={r.id} className={`tag${removes ? '' : ' tag-plain'}`}>
            <RecordLink entity={target} id={ref?.id ?? ''}>
              {ref?.title ?? ref?.id}
            </RecordLink>
            {removes && (
              <button
                type="button"
                disabled={busy}
                aria-label={tx('panel.remove', { name: ref?.title ?? '' })}
                onClick={() => void change(() => del(`/${join}/${r.id}`))}
              >
                <Icon name="close" size={12} />
              </button>
            )}
          </span>
        );
      })}
      {can(entity, 'create') && !fixed && (
        <span className="add-inline">
          <RecordPicker
            entity={target}
            label={add}
            placeholder={add}
            disabled={busy}
            value={[]}
            filter={entity && fieldOf(entity, there)?.target_filter}
            onChange={(v) => v[0] && void change(() => post(`/${join}`, { [here]: id, [there]: v[0].id }))}
          />
        </span>
      )}
    </div>
  );
}
