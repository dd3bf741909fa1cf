import Input from 'antd/es/input';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { get, request, setCsrf } from '@/api/client';
import { ApiError } from '@/api/errors';
import { queryClient } from '@/api/hooks';
import type { Me } from '@/api/types';
import { useGo, useSearchText } from '@/app/nav';
import { t } from '@/i18n/t';
import { errorText } from '@/ui/feedback';
import { LabeledField } from '@/ui/parts';
import { AccountInput, SessionForm } from './SessionForm';
import { SessionFrame } from './SessionFrame';
import { useWelcome, welcomeKey } from './welcome';

/** Only paths of this app: never an address that came with the link. */
const safe = (next?: string) => (next && /^\/(?![/\\])/.test(next) ? next : '/');

export default function LoginPage() {
  const [search] = useSearchText();
  const go = useGo();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const welcome = useWelcome();

  useEffect(() => {
    // What the last person read is forgotten once the shell is gone; what this page says is for anybody.
    queryClient.removeQueries({ predicate: (query) => query.queryKey !== welcomeKey });
    get<{ needed: boolean }>('/setup').then(
      (s) => {
        if (s?.needed) go('/setup');
      },
      () => {},
    );
  }, [go]);

  const submit = async () => {
    if (!login.trim() || !password) return setError(t('login.required'));
    setBusy(true);
    setError('');
    try {
      const me = await request<Me>('POST', '/session', { body: { login: login.trim(), password }, anonymous: true });
      setCsrf(me.csrf);
      queryClient.clear();
      queryClient.setQueryData(['me'], me);
      const [path, query] = safe(search.next).split('?');
      go(path, Object.fromEntries(new URLSearchParams(query ?? '')));
    } catch (cause) {
      const problem = cause instanceof ApiError ? cause : null;
      setError(
        problem?.status === 429
          ? t('login.throttled', { n: problem.retryAfter ?? 60 })
          : problem?.code === 'login_failed'
            ? t('login.failed')
            : errorText(cause),
      );
      setBusy(false);
    }
  };
  return (
    <SessionFrame title={t('login.title')} organisation={welcome.data?.organisation}>
      {search.why === 'idle' && !error && <p className="note">{t('login.idle')}</p>}
      <SessionForm
        failure={error}
        label={t('login.submit')}
        busy={busy}
        onSubmit={submit}
        ways={
          <>
            <Link to="/forgot">{t('login.forgot')}</Link>
            {welcome.data?.registration && <Link to="/register">{t('register.title')}</Link>}
          </>
        }
      >
        <AccountInput value={login} onChange={setLogin} />
        <LabeledField id="password" label={t('login.password')}>
          <Input.Password
            id="password"
            name="password"
            autoComplete="current-password"
            size="large"
            value={password}
            onChange={(e) => setPassword(e.target.value)}
          />
        </LabeledField>
      </SessionForm>
    </SessionFrame>
  );
}
