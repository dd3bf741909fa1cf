import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { useState, type FormEvent } from 'react';
import { request } from '@/api/client';
import { t } from '@/i18n/t';
import { errorText } from '@/ui/feedback';
import { LabeledField } from '@/ui/parts';
import { SessionFrame } from './SessionFrame';
import { useWelcome } from './welcome';

export default function ForgotPage() {
  const welcome = useWelcome();
  const [login, setLogin] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
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
          <form className="stack" onSubmit={submit} noValidate>
            <LabeledField id="login" label={t('login.user')}>
              <Input
                id="login"
                name="username"
                autoComplete="username"
                autoFocus
                size="large"
                value={login}
                onChange={(e) => setLogin(e.target.value)}
              />
            </LabeledField>
            {error && (
              <p className="note note-red" role="alert">
                {error}
              </p>
            )}
            <Button type="primary" size="large" block htmlType="submit" loading={busy}>
              {t('forgot.submit')}
            </Button>
          </form>
        )}
        <p className="session-ways">
          <Link to="/login">{t('login.back')}</Link>
        </p>
      </div>
    </SessionFrame>
  );
}
