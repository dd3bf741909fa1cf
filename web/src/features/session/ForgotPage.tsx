import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { request } from '@/api/client';
import { t } from '@/i18n/t';
import { errorText } from '@/ui/feedback';
import { AccountInput, SessionForm } from './SessionForm';
import { SessionFrame } from './SessionFrame';
import { useWelcome } from './welcome';

export default function ForgotPage() {
  const welcome = useWelcome();
  const [login, setLogin] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const submit = async () => {
    if (!login.trim()) return setError(t('forgot.required'));
    setBusy(true);
    setError('');
    try {
      await request('POST', '/password-requests', { body: { login: login.trim() }, anonymous: true });
      setDone(true);
    } catch (cause) {
      setError(errorText(cause));
    }
    setBusy(false);
  };
  return (
    <SessionFrame title={t('forgot.title')} organisation={welcome.data?.organisation}>
      <div className="stack">
        <p className="session-words">{welcome.data?.password_help || t('forgot.help')}</p>
        {done ? (
          <p className="note note-green" role="status">
            {t('forgot.done')}
          </p>
        ) : (
          <SessionForm failure={error} label={t('forgot.submit')} busy={busy} onSubmit={submit}>
            <AccountInput value={login} onChange={setLogin} />
          </SessionForm>
        )}
        <p className="session-ways">
          <Link to="/login">{t('login.back')}</Link>
        </p>
      </div>
    </SessionFrame>
  );
}
