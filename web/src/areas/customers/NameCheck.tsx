import { useQuery } from '@tanstack/react-query';
import { customer as dict } from '@/i18n/dict/customer';
import { translator } from '@/i18n/t';
import { Loading } from '@/ui/parts';
import { ask } from '../shared/quiet';
import './customers.css';

const tx = translator(dict);
const PARTS = ['region', 'trade_name', 'industry', 'legal_form'] as const;

/** The question what a company's name is made of. */
export const nameCheck = (name: string) => ({
  queryKey: ['quiet', 'check-name', name],
  queryFn: () => ask('/customers/actions/check-name', { input: { name } }),
});

/** The parts of a company's name and what the convention misses (CUS-13). */
export default function NameCheck({ name }: { name: string }) {
  const a = useQuery(nameCheck(name)).data;
  if (!a) return <Loading />;
  const gaps = Object.entries(a).filter(([key, v]) => key.startsWith('no_') && v);
  return (
    <div className="name-check note">
      <p>{tx('name.rule')}</p>
      <ul className="name-parts">
        {PARTS.map((p) => (
          <li key={p} className={a[p] ? '' : 'is-missing'}>
            <span className="muted small">{tx(`name.${p}`)}</span>
            <strong>{a[p] || tx('name.lacks')}</strong>
          </li>
        ))}
        {a.branch && (
          <li>
            <span className="muted small">{tx('name.branch')}</span>
            <strong>{a.branch}</strong>
          </li>
        )}
      </ul>
      {gaps.length === 0 ? (
        <p>{tx('name.ok')}</p>
      ) : (
        <ul className="plain-list">
          {gaps.map(([key, text]) => (
            <li key={key}>{String(text)}</li>
          ))}
        </ul>
      )}
      {(a.convention === 'off' || a.convention === 'warn' || a.convention === 'refuse') && (
        <p className="muted small">{tx(`name.${a.convention}`)}</p>
      )}
    </div>
  );
}
