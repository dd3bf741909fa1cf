import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { useState } from 'react';
import { get, request } from '@/api/client';
import { useGo, usePathParams } from '@/app/nav';
import { t } from '@/i18n/t';
import { LabeledField, Loading } from '@/ui/parts';
import { SessionForm } from './SessionForm';
import { SessionFrame } from './SessionFrame';
import { faultOf, refusalText, ruleText, type PasswordRule } from './welcome';

export default function ResetPage() {
  const { token } = usePathParams();
  const go = useGo();
  const link = useQuery({
    queryKey: ['reset', token],
    queryFn: () => get<{ login: string; name: string } & PasswordRule>(`/password-resets/${encodeURIComponent(token)}`),
    retry: false,
  });
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [error, setError] = useState('');
  const [done, setDone] = useState(false);

  const submit = async () => {
    const fault = link.data ? faultOf(password, again, link.data) : '';
    if (fault) return setError(fault);
    try {
      await request('POST', `/password-resets/${encodeURIComponent(token)}`, { body: { password }, anonymous: true });
      setDone(true);
    } catch (cause) {
      setError(refusalText(cause));
    }
  };
  return (
    <SessionFrame title={t('reset.title')}>
      {link.isPending ? (
        <Loading />
      ) : link.isError ? (
        <p className="note note-red" role="alert">
          {t('reset.invalid')}
        </p>
      ) : done ? (
        <div className="stack">
          <p className="note note-green" role="status">
            {t('reset.done')}
          </p>
          <Button type="primary" onClick={() => go('/login')}>
            {t('login.title')}
          </Button>
        </div>
      ) : (
        <SessionForm failure={error} label={t('save')} onSubmit={submit}>
          <p>{t('reset.for', { name: link.data.name, login: link.data.login })}</p>
          <input type="hidden" name="username" autoComplete="username" value={link.data.login} />
          <LabeledField id="new" label={t('reset.password')} help={ruleText(link.data)}>
            <Input.Password id="new" autoFocus autoComplete="new-password" value={password} onChange={(e) => setPassword(e.target.value)} />
          </LabeledField>
          <LabeledField id="again" label={t('reset.again')}>
            <Input.Password id="again" autoComplete="new-password" value={again} onChange={(e) => setAgain(e.target.value)} />
          </LabeledField>
        </SessionForm>
      )}
    </SessionFrame>
  );
}
