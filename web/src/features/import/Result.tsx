import Button from 'antd/es/button';
import { url } from '@/api/client';
import type { Import } from '@/api/types';
import { t, type Key } from '@/i18n/t';
import { Pill } from '@/ui/Pill';

export function Result({ data, onRevert, onAgain }: { data: Import; onRevert: () => void; onAgain: () => void }) {
  const r = data.result;
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
      <div className="row-wrap">
        <Button type="primary" onClick={onAgain}>
          {t('import.again')}
        </Button>
        {r && r.failed > 0 && <Button href={url(`/imports/${data.id}/errors`)}>{t('import.errors_file')}</Button>}
        {data.state === 'done' && (
          <Button danger onClick={onRevert}>
            {t('import.revert')}
          </Button>
        )}
      </div>
    </div>
  );
}
