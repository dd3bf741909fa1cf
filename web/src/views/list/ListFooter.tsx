import { useState } from 'react';
import { useCount, type ListParams } from '@/api/hooks';
import { groupDigits } from '@/i18n/format';
import { t } from '@/i18n/t';
import { Icon } from '@/ui/Icon';
import { PAGE, useShown, type Viewport } from './viewport';

interface Props {
  entityName: string;
  params: ListParams;
  viewport: Viewport;
  loaded: number;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

/** Which rows are on screen, of how many; the number is exact up to ten thousand, beyond when one asks. */
export function ListFooter({ entityName, params, viewport, loaded, more, loading, onMore }: Props) {
  const key = JSON.stringify(params);
  const [exact, setExact] = useState('');
  const count = useCount(entityName, params, more ? (exact === key ? 'exact' : 'true') : 'no');
  const [first, last] = useShown(viewport);
  const total = more ? count.data : { value: loaded, exact: true };
  const digits = (n: number) => groupDigits(String(n));
  const of = total ? digits(total.value) + (total.exact ? '' : '+') : '';
  const turn = (step: 1 | -1) => {
    const to = viewport.page(step);
    if (to + PAGE > loaded && more) onMore();
    viewport.scrollTo(Math.min(to, loaded - 1));
  };
  return (
    <footer className="list-foot">
      <span>{last > 0 && of ? t('list.range', { first: digits(first + 1), last: digits(last + 1), of }) : t('list.total', { n: of || digits(loaded) })}</span>
      {total && !total.exact && (
        <button type="button" className="link" onClick={() => setExact(key)}>
          {t('list.count_exact')}
        </button>
      )}
      {loading && <span className="muted">{t('loading')}</span>}
      <span className="grow" />
      {(more || loaded > PAGE) && last > 0 && (
        <span className="row list-pages">
          <button type="button" className="icon-button" aria-label={t('list.page.previous')} disabled={first === 0} onClick={() => turn(-1)}>
            <Icon name="left" size={15} />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t('list.page.next')}
            disabled={!more && last >= loaded - 1}
            onClick={() => turn(1)}
          >
            <Icon name="right" size={15} />
          </button>
        </span>
      )}
    </footer>
  );
}
