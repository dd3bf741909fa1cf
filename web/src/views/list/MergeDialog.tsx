import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post, request } from '@/api/client';
import { recordWritten, useMeta } from '@/api/hooks';
import type { Entity, MergeResult, Rec } from '@/api/types';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/kind';
import { t } from '@/i18n/t';
import { editable, titleOf } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { ErrorState, Failure, Loading } from '@/ui/parts';

/** Several records become one; where they differ, one value is chosen. */
export default function MergeDialog({
  entityName,
  entity,
  ids,
  onClose,
}: {
  entityName: string;
  entity: Entity;
  ids: string[];
  onClose: (done: boolean) => void;
}) {
  const meta = useMeta();
  const loaded = useQueries({
    queries: ids.map((id) => ({ queryKey: ['record', entityName, id, null], queryFn: () => get<Rec>(`/${entityName}/${id}`) })),
  });
  const [keep, setKeep] = useState(ids[0]);
  const [winners, setWinners] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const body = { keep, merge: ids.filter((id) => id !== keep), fields: winners };
  const ready = loaded.every((q) => q.data);
  const preview = useQuery({
    queryKey: ['merge', entityName, body],
    queryFn: () => post<MergeResult>(`/${entityName}/merge`, { ...body, dry_run: true }),
    enabled: ready,
    retry: false,
  });
  const failed = loaded.find((q) => q.isError);
  const records = loaded.map((q) => q.data).filter((r): r is Rec => Boolean(r));
  const differing = entity.fields.filter(
    (f) => editable(f) && new Set(records.map((r) => formatValue(r[f.name], f)).filter(Boolean)).size > 1,
  );

  const merge = async () => {
    setBusy(true);
    try {
      const done = await post<MergeResult>(`/${entityName}/merge`, { ...body, dry_run: false });
      recordWritten(entityName, done.record);
      const said = t('merge.done', { n: ids.length });
      if (!done.change_set) toast.success(said);
      else
        toast.withAction(said, t('undo'), () => {
          request('POST', `/changes/${done.change_set}/undo`, { body: {} }).then(() => recordWritten(entityName), toast.error);
        });
      onClose(true);
    } catch (e) {
      setFailure(errorText(e));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={t('merge.title', { n: ids.length })}
      onClose={() => onClose(false)}
      onOk={() => void merge()}
      okText={t('bulk.merge')}
      okDisabled={!ready}
      busy={busy}
      width={860}
    >
      {failed ? (
        <ErrorState error={failed.error} />
      ) : !ready ? (
        <Loading />
      ) : (
        <div className="stack">
          <div className="table-scroll">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('merge.keep')}</th>
                  {records.map((r) => (
                    <th key={r.id} scope="col">
                      <label>
                        <input type="radio" name="keep" checked={keep === r.id} onChange={() => setKeep(r.id)} /> {titleOf(entity, r)}
                      </label>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {differing.map((f) => (
                  <tr key={f.name}>
                    <th scope="row">{f.label}</th>
                    {records.map((r) => (
                      <td key={r.id}>
                        <label>
                          <input
                            type="radio"
                            name={`w-${f.name}`}
                            checked={(winners[f.name] ?? keep) === r.id}
                            onChange={() => setWinners({ ...winners, [f.name]: r.id })}
                          />{' '}
                          {formatValue(r[f.name], f) ? <FieldValue field={f} record={r} /> : <span className="muted">{t('none')}</span>}
                        </label>
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {preview.data && Object.keys(preview.data.moved ?? {}).length > 0 && (
            <p className="note">
              {t('merge.moves')}{' '}
              {Object.entries(preview.data.moved)
                .map(([e, n]) => `${(meta.entities[e] ?? Object.values(meta.entities).find((x) => x.name === e))?.plural ?? e} ${n}`)
                .join('、')}
            </p>
          )}
          {preview.isError && (
            <p className="note note-red" role="alert">
              {errorText(preview.error)}
            </p>
          )}
          <Failure>{failure}</Failure>
        </div>
      )}
    </Dialog>
  );
}
