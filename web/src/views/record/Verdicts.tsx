import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { Entity, Explanation } from '@/api/types';
import { t, zh, type Key } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { ErrorState, Loading } from '@/ui/parts';
import { Pill } from '@/ui/Pill';

const named = (prefix: string, name: string) => (`${prefix}.${name}` in zh ? t(`${prefix}.${name}` as Key) : name);

/** What somebody may do with a record, each with its reasons. */
export function Verdicts({ user, entityName, entity, id }: { user: string; entityName: string; entity: Entity; id: string }) {
  const answer = useQuery({
    queryKey: ['explain', user, entityName, id],
    queryFn: () => get<Explanation>('/explain', { user, entity: entityName, id }),
    retry: false,
  });
  if (answer.isPending) return <Loading />;
  if (answer.isError) return <ErrorState error={answer.error} />;
  return (
    <>
      <ul className="verdicts">
        {answer.data.verdicts.map((v) => (
          <li key={v.verb}>
            <div className="row">
              <strong>{v.label ?? named('verb', v.verb)}</strong>
              <Pill color={v.allowed ? 'green' : 'red'}>{t(v.allowed ? 'explain.yes' : 'explain.no')}</Pill>
            </div>
            <ul className="plain-list muted">
              {v.because.map((b, i) => (
                <li key={i}>{b}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {answer.data.fields.length > 0 && (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('list.field')}</th>
                <th scope="col">{t('explain.right')}</th>
                <th scope="col">{t('explain.because')}</th>
              </tr>
            </thead>
            <tbody>
              {answer.data.fields.map((f) => (
                <tr key={f.field}>
                  <td>{fieldOf(entity, f.field)?.label ?? f.field}</td>
                  <td>{named('right', f.right)}</td>
                  <td className="muted">{Array.isArray(f.because) ? f.because.join('；') : f.because}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
