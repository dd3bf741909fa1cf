import { useEffect, useState } from 'react';
import { useCount, type ListParams } from '@/api/hooks';
import { groupDigits } from '@/i18n/format';
import { t } from '@/i18n/t';

/** How many are loaded, and how many there are when one asks. */
export function ListFooter({
  entityName,
  params,
  loaded,
  more,
  loading,
}: {
  entityName: string;
  params: ListParams;
  loaded: number;
  more: boolean;
  loading: boolean;
}) {
  const [mode, setMode] = useState<'no' | 'true' | 'exact'>('no');
  const key = JSON.stringify(params);
  useEffect(() => setMode('no'), [key]);
  const count = useCount(entityName, params, more ? mode : 'no');
  const n = count.data;
  return (
    <footer className="list-foot" aria-live="polite">
      {!more ? (
        <span>{t('list.total', { n: groupDigits(String(loaded)) })}</span>
      ) : (
        <>
          <span>{t('list.loaded', { n: groupDigits(String(loaded)) })}</span>
          {mode === 'no' ? (
            <button type="button" className="link" onClick={() => setMode('true')}>
              {t('list.count')}
            </button>
          ) : count.isFetching ? (
            <span>{t('loading')}</span>
          ) : (
            n && (
              <>
                <span>{t('list.total', { n: groupDigits(String(n.value)) + (n.exact ? '' : '+') })}</span>
                {!n.exact && (
                  <button type="button" className="link" onClick={() => setMode('exact')}>
                    {t('list.count_exact')}
                  </button>
                )}
              </>
            )
          )}
        </>
      )}
      {loading && <span className="muted">{t('loading')}</span>}
    </footer>
  );
}
