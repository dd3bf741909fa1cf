import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { useState } from 'react';
import { request } from '@/api/client';
import { ApiError } from '@/api/errors';
import { t, type Key } from '@/i18n/t';
import { errorText } from '@/ui/feedback';
import { LabeledField, Loading } from '@/ui/parts';
import { SessionForm } from './SessionForm';
import { SessionFrame } from './SessionFrame';
import { faultOf, ruleText, useWelcome } from './welcome';

const FIELDS: { name: string; label: Key; auto: string; required?: boolean; help?: Key }[] = [
  { name: 'name', label: 'register.name', auto: 'name', required: true },
  { name: 'mobile', label: 'register.mobile', auto: 'tel', required: true },
  { name: 'email', label: 'register.email', auto: 'email' },
  { name: 'post', label: 'register.post', auto: 'organization-title' },
];

export default function RegisterPage() {
  const welcome = useWelcome();
  const [values, setValues] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(false);
  const value = (name: string) => (values[name] ?? '').trim();
  const put = (name: string, text: string) => setValues((v) => ({ ...v, [name]: text }));

  const submit = async () => {
    if (!welcome.data) return;
    const found: Record<string, string> = {};
    for (const f of FIELDS) if (f.required && !value(f.name)) found[f.name] = t('setup.required');
    const fault = faultOf(values.password ?? '', values.again ?? '', welcome.data);
    if (fault) found[fault === t('reset.mismatch') ? 'again' : 'password'] = fault;
    setErrors(found);
    setFailure('');
    if (Object.keys(found).length) return;
    setBusy(true);
    try {
      const said = Object.fromEntries(FIELDS.filter((f) => value(f.name)).map((f) => [f.name, value(f.name)]));
      await request('POST', '/registrations', { body: { ...said, password: values.password }, anonymous: true });
      setSent(true);
    } catch (cause) {
      const known = cause instanceof ApiError ? cause.fieldErrors : {};
      setErrors(known);
      if (!Object.keys(known).some((name) => name === 'password' || FIELDS.some((f) => f.name === name))) setFailure(errorText(cause));
    }
    setBusy(false);
  };
  const secret = (name: string, label: Key) => (
    <LabeledField id={name} label={t(label)} required error={errors[name]} help={name === 'password' && welcome.data ? ruleText(welcome.data) : undefined}>
      <Input.Password id={name} autoComplete="new-password" value={values[name] ?? ''} onChange={(e) => put(name, e.target.value)} />
    </LabeledField>
  );
  return (
    <SessionFrame title={t('register.title')} organisation={welcome.data?.organisation}>
      {welcome.isPending ? (
        <Loading />
      ) : sent ? (
        <div className="stack">
          <p className="note note-green" role="status">
            {t('register.done')}
          </p>
          <Link to="/login">{t('login.back')}</Link>
        </div>
      ) : !welcome.data?.registration ? (
        <div className="stack">
          <p className="note">{t('register.closed')}</p>
          <Link to="/login">{t('login.back')}</Link>
        </div>
      ) : (
        <SessionForm failure={failure} label={t('register.submit')} busy={busy} onSubmit={submit} ways={<Link to="/login">{t('login.back')}</Link>}>
          <p className="muted small">{t('register.help')}</p>
          {FIELDS.map((f, i) => (
            <LabeledField key={f.name} id={f.name} label={t(f.label)} required={f.required} error={errors[f.name]}>
              <Input id={f.name} autoComplete={f.auto} autoFocus={i === 0} value={values[f.name] ?? ''} onChange={(e) => put(f.name, e.target.value)} />
            </LabeledField>
          ))}
          {secret('password', 'reset.password')}
          {secret('again', 'reset.again')}
        </SessionForm>
      )}
    </SessionFrame>
  );
}
