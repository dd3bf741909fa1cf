import Button from 'antd/es/button';
import { url } from '@/api/client';
import type { Import } from '@/api/types';
import { t, type Key } from '@/i18n/t';
import { Pill } from '@/ui/Pill';

const UNFINISHED: Import['state'][] = ['cancelled', 'failed'];
const REVERTIBLE: Import['state'][] = ['done', 'cancelled', 'failed', 'partly_reverted'];

/** What an import has done, what went wrong, and the way back. */
export function Result({
  data,
  onRun,
  onRevert,
  onAgain,
}: {
  data: Import;
  onRun: () => void;
  onRevert: () => void;
  onAgain: () => void;
}) {
  const r = data.result;
  const done = r?.rows ?? 0;
  return (
    <div className="stack">
      <div className="row">
        <strong>{data.file_name}</strong>
        <Pill color={data.state === 'done' ? 'green' : data.state === 'failed' ? 'red' : 'grey'}>
          {t(`import.state.${data.state}` as Key)}
        </Pill>
      </div>
      {r && (
        <div className="row-wrap import-counts">
          <Pill color="green">{t('import.created', { n: r.created })}</Pill>
          <Pill color="blue">{t('import.updated', { n: r.updated })}</Pill>
          <Pill color="grey">{t('import.skipped', { n: r.skipped })}</Pill>
          <Pill color={r.failed ? 'red' : 'grey'}>{t('import.failed', { n: r.failed })}</Pill>
        </div>
      )}
      {r && r.failed > 0 && data.state === 'done' && <p className="note note-amber">{t('import.mend', { n: r.failed })}</p>}
      {data.problem && <p className="note note-amber">{data.problem.detail}</p>}
      {data.reverted && (
        <div className="stack">
          <div className="row-wrap">
            <Pill color="grey">{t('import.undone', { n: data.reverted.undone })}</Pill>
            {data.reverted.conflicts > 0 && <Pill color="amber">{t('import.conflicts', { n: data.reverted.conflicts })}</Pill>}
          </div>
          {data.reverted.items.length > 0 && (
            <ul>
              {data.reverted.items.map((c, i) => (
                <li key={`${c.id}-${i}`}>
                  {c.title}: {c.detail}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      <div className="row-wrap">
        {UNFINISHED.includes(data.state) && (
          <Button onClick={onRun}>{t('import.go_on', { done, total: data.rows })}</Button>
        )}
        {r && r.failed > 0 && (
          <Button type="primary" href={url(`/imports/${data.id}/errors`)}>
            {t('import.errors_file')}
          </Button>
        )}
        <Button type={r && r.failed > 0 ? 'default' : 'primary'} onClick={onAgain}>
          {t('import.again')}
        </Button>
        {REVERTIBLE.includes(data.state) && done > 0 && (
          <Button danger onClick={onRevert}>
            {t('import.revert')}
          </Button>
        )}
      </div>
    </div>
  );
}
