import { useEffect, useState, type FormEvent } from 'react';
import { useCount, type ListParams } from '@/api/hooks';
import { groupDigits } from '@/i18n/format';
import { t } from '@/i18n/t';
import { Icon } from '@/ui/Icon';
import { PAGE_SIZES, usePageSize, useShown, type Viewport } from './viewport';

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
  const [wanted, setWanted] = useState<number | null>(null);
  const [typed, setTyped] = useState('');
  const [size, setSize] = usePageSize();
  const pages = total ? Math.max(1, Math.ceil(total.value / size)) : 1;
  const atEnd = !more && last >= loaded - 1;
  const current = atEnd && first > 0 ? pages : Math.floor(first / size) + 1;
  const lastPage = atEnd || (total?.exact === true && current >= pages);
  // Pages come one after the other: what lies between is fetched on the way.
  useEffect(() => {
    if (wanted === null) return;
    if (wanted < loaded || !more) {
      viewport.scrollTo(Math.min(wanted, loaded - 1));
      setWanted(null);
    } else if (!loading) onMore();
  }, [wanted, loaded, more, loading, onMore, viewport]);
  const jump = (e: FormEvent) => {
    e.preventDefault();
    const page = Number(typed);
    if (page < 1 || page > pages) return;
    setTyped('');
    setWanted((page - 1) * size);
  };
  return (
    <footer className="list-foot">
      <span>{loaded > 0 && of ? t('list.range', { first: digits(first + 1), last: digits(last + 1), of }) : t('list.total', { n: of || digits(loaded) })}</span>
      {total && !total.exact && (
        <button type="button" className="link" onClick={() => setExact(key)}>
          {t('list.count_exact')}
        </button>
      )}
      {loading && <span className="muted">{t('loading')}</span>}
      <span className="grow" />
      {loaded > 0 && (
        <span className="row list-pages">
          <select className="page-box" aria-label={t('list.page.sizes')} value={size} onChange={(e) => setSize(Number(e.target.value))}>
            {PAGE_SIZES.map((n) => (
              <option key={n} value={n}>
                {t('list.page.size', { n })}
              </option>
            ))}
          </select>
          <button type="button" className="icon-button" aria-label={t('list.page.first')} disabled={first === 0} onClick={() => setWanted(0)}>
            <Icon name="first" size={15} />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t('list.page.previous')}
            disabled={first === 0}
            onClick={() => setWanted(viewport.page(-1, size))}
          >
            <Icon name="left" size={15} />
          </button>
          <span className="num">{t('list.page.of', { n: current, of: `${pages}${total && !total.exact ? '+' : ''}` })}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={t('list.page.next')}
            disabled={lastPage}
            onClick={() => setWanted(viewport.page(1, size))}
          >
            <Icon name="right" size={15} />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t('list.page.last')}
            disabled={lastPage}
            onClick={() => setWanted((pages - 1) * size)}
          >
            <Icon name="last" size={15} />
          </button>
          <form className="row" onSubmit={jump}>
            <input
              className="page-box num"
              inputMode="numeric"
              aria-label={t('list.page.number')}
              value={typed}
              onChange={(e) => setTyped(e.target.value.replace(/\D/g, ''))}
            />
            <button type="submit" className="link">
              {t('list.page.jump')}
            </button>
          </form>
        </span>
      )}
    </footer>
  );
}
