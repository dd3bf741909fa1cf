import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { del, get, post, request } from '@/api/client';
import { queryClient } from '@/api/hooks';
import type { Ref } from '@/api/types';
import { fileUrl, formatSize, uploadFile, type StoredFile } from '@/api/upload';
import { files as dict } from '@/i18n/dict/files';
import { formatAgo, formatInstant } from '@/i18n/format';
import { translator } from '@/i18n/t';
import { confirm, errorText, toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import './attachments.css';

const tx = translator(dict);

interface Attachment {
  id: string;
  file: StoredFile;
  created_at: string;
  created_by: Ref | null;
}
/** A file on its way up. */
interface Upload {
  key: number;
  name: string;
  share: number;
  failure?: string;
}
let nextKey = 0;

/** The files kept with a record. */
export default function Attachments({ entityName, id, mayEdit }: { entityName: string; id: string; mayEdit: boolean }) {
  const path = `/${entityName}/${id}/attachments`;
  const key = ['attachments', entityName, id];
  const [uploads, setUploads] = useState<Upload[]>([]);
  const [over, setOver] = useState(false);
  const list = useQuery({ queryKey: key, queryFn: async () => (await get<{ items: Attachment[] }>(path)).items });
  const again = () => {
    for (const changed of [key, ['timeline', entityName, id], ['changes']]) void queryClient.invalidateQueries({ queryKey: changed });
  };
  const change = (k: number, to: Partial<Upload> | null) =>
    setUploads((now) => now.flatMap((u) => (u.key === k ? (to ? [{ ...u, ...to }] : []) : [u])));
  const add = async (chosen: File[]) => {
    const mine = chosen.map((file) => ({ file, key: (nextKey += 1) }));
    setUploads((now) => [...now, ...mine.map((m) => ({ key: m.key, name: m.file.name, share: 0 }))]);
    // One after the other: each tells its own progress, and one that is refused stops no other.
    for (const { file, key: k } of mine) {
      try {
        const stored = await uploadFile(file, (share) => change(k, { share }));
        await post(path, { files: [stored.id] });
        change(k, null);
        again();
      } catch (e) {
        change(k, { failure: errorText(e) });
      }
    }
  };
  const remove = async (a: Attachment) => {
    if (!(await confirm({ title: tx('remove.ask', { name: a.file.name }), okText: tx('remove'), danger: true }))) return;
    try {
      const { change_set } = await del<{ change_set: string }>(`${path}/${a.id}`);
      again();
      toast.withAction(tx('removed', { name: a.file.name }), tx('undo'), () => {
        request('POST', `/changes/${change_set}/undo`, { body: {} }).then(again, toast.error);
      });
    } catch (e) {
      toast.error(e);
    }
  };
  if (list.isPending) return <Loading />;
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  return (
    <div className="stack">
      {mayEdit && (
        <label
          className={`drop-area${over ? ' is-over' : ''}`}
          onDragOver={(e) => {
            e.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(e) => {
            e.preventDefault();
            setOver(false);
            void add([...e.dataTransfer.files]);
          }}
        >
          <Icon name="export" size={20} />
          <strong>{tx('drop')}</strong>
          <span className="muted small">{tx('drop.help')}</span>
          <input
            type="file"
            multiple
            className="sr-only"
            onChange={(e) => {
              void add([...(e.target.files ?? [])]);
              e.target.value = '';
            }}
          />
        </label>
      )}
      {uploads.length > 0 && (
        <ul className="uploads" aria-live="polite">
          {uploads.map((u) => (
            <li key={u.key} className="row">
              <span className="grow ellipsis">{u.failure ? tx('failed', { name: u.name }) : u.name}</span>
              {u.failure ? (
                <>
                  <span className="field-error">{u.failure}</span>
                  <button type="button" className="icon-button" aria-label={tx('remove')} onClick={() => change(u.key, null)}>
                    <Icon name="close" size={14} />
                  </button>
                </>
              ) : (
                <progress max={1} value={u.share} aria-label={tx('progress', { name: u.name })} />
              )}
            </li>
          ))}
        </ul>
      )}
      {list.data.length === 0 && uploads.length === 0 && <EmptyState icon="doc" title={tx('none')} />}
      {list.data.length > 0 && (
        <div className="table-scroll">
          <table className="table attachments">
            <thead>
              <tr>
                <th scope="col">{tx('name')}</th>
                <th scope="col" className="num">
                  {tx('size')}
                </th>
                <th scope="col">{tx('by')}</th>
                <th scope="col">
                  <span className="sr-only">{tx('download')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.data.map((a) => (
                <tr key={a.id}>
                  <td>
                    <a href={fileUrl(a.file.id)} download>
                      {a.file.name}
                    </a>
                  </td>
                  <td className="num">{formatSize(a.file.size)}</td>
                  <td className="muted">
                    {a.created_by?.title} <time title={formatInstant(a.created_at)}>{formatAgo(a.created_at)}</time>
                  </td>
                  <td>
                    <span className="row attachment-actions">
                      <a href={fileUrl(a.file.id)} download>
                        {tx('download')}
                      </a>
                      {mayEdit && (
                        <button type="button" className="link" onClick={() => void remove(a)}>
                          {tx('remove')}
                        </button>
                      )}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
