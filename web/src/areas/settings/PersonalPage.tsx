import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { lazy, Suspense, useId, useState } from 'react';
import { patch } from '@/api/client';
import { ApiError } from '@/api/errors';
import { fetchMe, queryClient, recordWritten, savePreferences, useMe } from '@/api/hooks';
import { setLang, useLang, type Lang } from '@/i18n/lang';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { setDensity, setTheme, useDensity, useThemeChoice, type Density, type ThemeChoice } from '@/theme/theme';
import { errorText, toast } from '@/ui/feedback';
import { LabeledField, PageBar, Panel } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { textOf } from '../shared/queries';
import { endSessions, SessionRows, useSessions } from '../shared/Sessions';
import { Tokens } from './Tokens';
import './settings.css';

const PasswordDialog = lazy(() => import('@/features/session/PasswordDialog'));
const tx = translator(settings);

function Segments<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: [T, string][]; onChange: (v: T) => void }) {
  const id = useId();
  return (
    <div className="form-field">
      <span id={id} className="muted">
        {label}
      </span>
      <div>
        <div className="segments" role="radiogroup" aria-labelledby={id}>
          {options.map(([v, text]) => (
            <label key={v} className={v === value ? 'is-on' : ''}>
              <input type="radio" className="sr-only" name={id} checked={v === value} onChange={() => onChange(v)} />
              {text}
            </label>
          ))}
        </div>
      </div>
    </div>
  );
}

function Profile() {
  const me = useMe();
  const [v, setV] = useState({ name: textOf(me.user.name), mobile: textOf(me.user.mobile), email: textOf(me.user.email) });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setErrors({});
    try {
      await patch('/me', { name: v.name.trim(), mobile: v.mobile.trim() || null, email: v.email.trim() || null });
      queryClient.setQueryData(['me'], await fetchMe());
      recordWritten('users', null, me.user.id);
      toast.success(tx('saved'));
    } catch (e) {
      const found = e instanceof ApiError ? e.fieldErrors : {};
      setErrors(found);
      if (!Object.keys(found).length) toast.error(errorText(e));
    }
    setBusy(false);
  };
  const field = (name: keyof typeof v, auto: string) => (
    <LabeledField id={`me-${name}`} label={tx(`me.${name}`)} required={name === 'name'} error={errors[name]}>
      <Input id={`me-${name}`} autoComplete={auto} value={v[name]} onChange={(e) => setV({ ...v, [name]: e.target.value })} />
    </LabeledField>
  );
  return (
    <Panel title={tx('me.profile')}>
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <div className="form-grid">
          {field('name', 'name')}
          <LabeledField id="me-login" label={tx('me.login')}>
            <Input id="me-login" disabled value={textOf(me.user.login)} />
          </LabeledField>
          {field('mobile', 'tel')}
          {field('email', 'email')}
        </div>
        <p className="row-wrap">
          <span className="muted">{tx('me.roles')}</span>
          {me.roles.map((r) => (
            <Pill key={r.id} color="blue">
              {r.title}
            </Pill>
          ))}
        </p>
        <div className="form-actions">
          <Button type="primary" htmlType="submit" loading={busy}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** Where one is signed in (ORG-19, ORG-20). */
function OwnSessions() {
  const elsewhere = useSessions('/sessions').data?.some((session) => !session.current);
  return (
    <Panel
      title={tx('me.sessions')}
      extra={
        elsewhere && (
          <Button size="small" onClick={() => void endSessions('/sessions', tx('me.sessions.ended'))}>
            {tx('me.sessions.others')}
          </Button>
        )
      }
    >
      <p className="muted dict-used">{tx('me.sessions.help')}</p>
      <SessionRows path="/sessions" onEnd={(session) => void endSessions(`/sessions/${session.id}`, tx('me.sessions.ended'))} />
    </Panel>
  );
}

/** What everybody may change about their own account (ORG-21, ORG-23). */
export default function PersonalPage() {
  const [password, setPassword] = useState(false);
  const theme = useThemeChoice();
  const density = useDensity();
  const lang = useLang();
  return (
    <div className="page">
      <div className="page-narrow settings-stack">
        <PageBar title={tx('me')} />
        <Profile />
        <Panel title={tx('me.look')}>
          <div className="stack">
            <Segments<ThemeChoice>
              label={tx('me.theme')}
              value={theme}
              options={(['system', 'light', 'dark'] as const).map((c) => [c, t(`bar.theme.${c}`)])}
              onChange={(c) => {
                setTheme(c);
                void savePreferences({ theme: c });
              }}
            />
            <Segments<Density>
              label={tx('me.density')}
              value={density}
              options={(['default', 'comfortable', 'dense'] as const).map((d) => [d, t(`density.${d}`)])}
              onChange={(d) => {
                setDensity(d);
                void savePreferences({ density: d });
              }}
            />
            <Segments<Lang>
              label={tx('me.lang')}
              value={lang}
              options={[
                ['zh-CN', tx('me.zh')],
                ['en', 'English'],
              ]}
              onChange={(code) => {
                void savePreferences({ language: code });
                setLang(code);
                void queryClient.invalidateQueries();
              }}
            />
          </div>
        </Panel>
        <Panel title={tx('me.password')}>
          <Button onClick={() => setPassword(true)}>{tx('me.password.change')}</Button>
        </Panel>
        <OwnSessions />
        <Tokens />
      </div>
      {password && (
        <Suspense fallback={null}>
          <PasswordDialog onClose={() => setPassword(false)} />
        </Suspense>
      )}
    </div>
  );
}
