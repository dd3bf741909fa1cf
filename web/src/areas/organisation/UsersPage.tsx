import Button from 'antd/es/button';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { lazy, Suspense, useMemo, useState, type FormEvent } from 'react';
import { useEntity, useRecord } from '@/api/hooks';
import { useGo, useSearchText } from '@/app/nav';
import { organisation as dict } from '@/i18n/dict/organisation';
import { t, translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { EmptyState, LabeledField, PageBar } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import { EntityTable } from '@/views/list/EntityTable';
import { useBranch } from '../shared/branch';
import { textOf } from '../shared/queries';
import './organisation.css';

const ResetLink = lazy(() => import('./ResetLink'));
const tx = translator(dict);
const COLUMNS = ['name', 'login', 'department', 'post', 'user_type', 'superior', 'mobile', 'administration', 'status', 'last_sign_in'];

/** What the wizard just made, with the way to its password. */
function Created({ id, onClose }: { id: string; onClose: () => void }) {
  const user = useRecord('users', id);
  const [reset, setReset] = useState(false);
  if (!user.data) return null;
  const name = textOf(user.data.name);
  return (
    <div className="note note-green row-wrap form-failure" role="status">
      <span>
        <RecordLink entity="users" id={id}>
          {tx('wizard.created', { name, login: textOf(user.data.login) })}
        </RecordLink>
      </span>
      <button type="button" className="link" onClick={() => setReset(true)}>
        {tx('wizard.link')}
      </button>
      <span className="grow" />
      <button type="button" className="link" onClick={onClose}>
        {t('close')}
      </button>
      {reset && (
        <Suspense fallback={null}>
          <ResetLink user={id} name={name} onClose={() => setReset(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Every account, to be found by name or login; Reset clears all criteria (ORG-05). */
export default function UsersPage() {
  const entity = useEntity('users');
  const go = useGo();
  const [search, setSearch] = useSearchText();
  const [draft, setDraft] = useState({ name: search.name ?? '', login: search.login ?? '', status: search.status ?? '' });
  const branch = useBranch()?.id;
  const filter = useMemo(() => {
    const parts = [
      ...(branch ? [{ department: { under: branch } }] : []),
      ...(search.name ? [{ name: { contains: search.name } }] : []),
      ...(search.login ? [{ login: { contains: search.login } }] : []),
      ...(search.status ? [{ status: search.status }] : []),
    ];
    return parts.length ? { and: parts } : null;
  }, [search.name, search.login, search.status, branch]);
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  const find = (e: FormEvent) => {
    e.preventDefault();
    setSearch({ name: draft.name.trim(), login: draft.login.trim(), status: draft.status });
  };
  const reset = () => {
    setDraft({ name: '', login: '', status: '' });
    setSearch({ name: undefined, login: undefined, status: undefined });
  };
  const choices = fieldOf(entity, 'status')?.choices ?? [];
  return (
    <div className="list-page page-fill">
      <PageBar title={tx('users')}>
        {can(entity, 'create') && (
          <Button type="primary" onClick={() => go('/admin/users/new')}>
            {tx('user.new')}
          </Button>
        )}
      </PageBar>
      {search.created && <Created key={search.created} id={search.created} onClose={() => setSearch({ created: undefined })} />}
      <form className="panel criteria" role="search" aria-label={tx('users')} onSubmit={find}>
        <LabeledField id="find-name" label={tx('users.name')}>
          <Input id="find-name" value={draft.name} onChange={(e) => setDraft({ ...draft, name: e.target.value })} />
        </LabeledField>
        <LabeledField id="find-login" label={tx('users.login')}>
          <Input id="find-login" value={draft.login} onChange={(e) => setDraft({ ...draft, login: e.target.value })} />
        </LabeledField>
        <LabeledField id="find-status" label={tx('users.status')}>
          <Select
            id="find-status"
            className="full"
            value={draft.status}
            options={[{ value: '', label: tx('users.any') }, ...choices.map((c) => ({ value: c.value, label: c.label }))]}
            onChange={(status) => setDraft({ ...draft, status })}
          />
        </LabeledField>
        <Button type="primary" htmlType="submit">
          {tx('users.find')}
        </Button>
        <Button onClick={reset}>{tx('users.reset')}</Button>
      </form>
      <div className="list-body">
        <EntityTable
          key={JSON.stringify(filter)}
          entityName="users"
          filter={filter}
          sort="name"
          columns={COLUMNS}
          empty={<EmptyState icon="person" title={tx('users.none')} />}
        />
      </div>
    </div>
  );
}
