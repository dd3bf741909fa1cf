import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { useState, type FormEvent } from 'react';
import { get, request } from '@/api/client';
import { ApiError } from '@/api/errors';
import { queryClient } from '@/api/hooks';
import { useGo, useSearchText } from '@/app/nav';
import { t, type Key } from '@/i18n/t';
import { errorText } from '@/ui/feedback';
import { useDebounced } from '@/ui/useDebounced';
import { Failure, LabeledField, Loading } from '@/ui/parts';
import { SessionFrame } from './SessionFrame';

const STEPS: { key: Key; fields: { name: string; label: Key; required?: boolean; type?: 'password'; auto?: string; help?: Key }[] }[] = [
  {
    key: 'setup.org',
    fields: [
      { name: 'organisation.name', label: 'setup.org.name', required: true, auto: 'organization' },
      { name: 'organisation.address', label: 'setup.org.address', auto: 'street-address' },
      { name: 'organisation.phone', label: 'setup.org.phone', auto: 'tel' },
      { name: 'organisation.email', label: 'setup.org.email', auto: 'email' },
      { name: 'organisation.contact_person', label: 'setup.org.contact', auto: 'name' },
      { name: 'organisation.contact_phone', label: 'setup.org.contact_phone', auto: 'tel' },
    ],
  },
  {
    key: 'setup.admin',
    fields: [
      { name: 'admin.name', label: 'setup.admin.name', required: true, auto: 'name' },
      { name: 'admin.login', label: 'setup.admin.login', required: true, auto: 'username', help: 'setup.admin.login.help' },
      { name: 'admin.password', label: 'setup.admin.password', required: true, type: 'password', auto: 'new-password', help: 'reset.short' },
      { name: 'again', label: 'setup.admin.again', required: true, type: 'password', auto: 'new-password' },
    ],
  },
  { key: 'setup.data', fields: [] },
];
const MIN = 8;

export default function SetupPage() {
  const [search] = useSearchText();
  const go = useGo();
  const state = useQuery({ queryKey: ['setup'], queryFn: () => get<{ needed: boolean }>('/setup'), retry: false });
  const [step, setStep] = useState(0);
  const [values, setValues] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [demo, setDemo] = useState(false);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const named = useDebounced((values['admin.name'] ?? '').trim());
  const suggested = useQuery({
    queryKey: ['setup', named],
    queryFn: () => get<{ login: string }>('/setup', { name: named }),
    enabled: named !== '',
    placeholderData: (previous) => previous,
  });
  // The account name follows the name until it is written by hand.
  const value = (name: string) => values[name] ?? (name === 'admin.login' && named ? suggested.data?.login : null) ?? '';

  const check = (index: number): boolean => {
    const found: Record<string, string> = {};
    for (const f of STEPS[index].fields) if (f.required && !value(f.name).trim()) found[f.name] = t('setup.required');
    if (index === 1 && !found['admin.password'] && value('admin.password').length < MIN)
      found['admin.password'] = t('reset.short', { n: MIN });
    if (index === 1 && !found.again && value('again') !== value('admin.password')) found.again = t('reset.mismatch');
    setErrors(found);
    return Object.keys(found).length === 0;
  };
  const finish = async () => {
    setBusy(true);
    setFailure('');
    try {
      await request('POST', '/setup', {
        anonymous: true,
        body: {
          token: search.token ?? '',
          demo: demo ? 2000 : 0,
          organisation: Object.fromEntries(
            STEPS[0].fields.map((f) => [f.name.slice('organisation.'.length), value(f.name).trim() || null]),
          ),
          admin: { name: value('admin.name').trim(), login: value('admin.login').trim(), password: value('admin.password') },
        },
      });
      queryClient.clear();
      go('/');
    } catch (e) {
      const fields = e instanceof ApiError ? { ...e.fieldErrors } : {};
      for (const name of ['login', 'password']) if (fields[name]) fields[`admin.${name}`] = fields[name];
      setErrors(fields);
      const at = STEPS.findIndex((s) => s.fields.some((f) => fields[f.name]));
      if (at >= 0) setStep(at);
      setFailure(errorText(e));
      setBusy(false);
    }
  };
  const forward = (e: FormEvent) => {
    e.preventDefault();
    if (!check(step)) return;
    if (step < 2) setStep(step + 1);
    else void finish();
  };

  if (state.isPending)
    return (
      <SessionFrame title={t('setup.title')}>
        <Loading />
      </SessionFrame>
    );
  if (state.data && !state.data.needed)
    return (
      <SessionFrame title={t('setup.title')}>
        <div className="stack">
          <p className="note">{t('setup.notneeded')}</p>
          <Button type="primary" onClick={() => go('/login')}>
            {t('login.title')}
          </Button>
        </div>
      </SessionFrame>
    );
  if (!search.token)
    return (
      <SessionFrame title={t('setup.title')}>
        <p className="note note-amber" role="alert">
          {t('setup.token')}
        </p>
      </SessionFrame>
    );
  return (
    <SessionFrame title={t('setup.title')} wide>
      <ol className="steps">
        {STEPS.map((s, i) => (
          <li key={s.key} className={i < step ? 'step-done' : ''} aria-current={i === step ? 'step' : undefined}>
            {i + 1} {t(s.key)}
          </li>
        ))}
      </ol>
      <form className="stack" onSubmit={forward} noValidate>
        {STEPS[step].fields.map((f, i) => {
          // The account name may have come from the name since it was asked for.
          const wrong = errors[f.name] === t('setup.required') && value(f.name).trim() ? '' : errors[f.name];
          const Part = f.type === 'password' ? Input.Password : Input;
          return (
            <LabeledField key={f.name} id={f.name} label={t(f.label)} required={f.required} error={wrong} help={f.help ? t(f.help, { n: MIN }) : undefined}>
              <Part
                id={f.name}
                autoFocus={i === 0}
                autoComplete={f.auto}
                value={value(f.name)}
                status={wrong ? 'error' : undefined}
                aria-invalid={Boolean(wrong)}
                onChange={(e) => {
                  setValues({ ...values, [f.name]: e.target.value });
                  setErrors({ ...errors, [f.name]: '' });
                }}
              />
            </LabeledField>
          );
        })}
        {step === 2 && (
          <fieldset className="radio-cards">
            <legend className="sr-only">{t('setup.data')}</legend>
            {[false, true].map((d) => (
              <label key={String(d)} className="radio-card">
                <input type="radio" name="demo" checked={demo === d} onChange={() => setDemo(d)} />
                <strong>{t(d ? 'setup.demo' : 'setup.empty')}</strong>
                <p className="muted">{t(d ? 'setup.demo.help' : 'setup.empty.help')}</p>
              </label>
            ))}
          </fieldset>
        )}
        <Failure>{failure}</Failure>
        <div className="session-actions">
          {step > 0 ? <Button onClick={() => setStep(step - 1)}>{t('previous')}</Button> : <span />}
          <Button type="primary" htmlType="submit" loading={busy}>
            {step === 2 ? t('setup.finish') : t('next')}
          </Button>
        </div>
      </form>
    </SessionFrame>
  );
}
