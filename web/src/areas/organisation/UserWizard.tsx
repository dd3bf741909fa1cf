import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { useEntity, useRecord, useMe } from '@/api/hooks';
import type { Entity, Rec } from '@/api/types';
import { useGo, useSearchText } from '@/app/nav';
import { FieldInput } from '@/fields/FieldInput';
import { RecordPicker } from '@/fields/reference';
import { organisation as dict } from '@/i18n/dict/organisation';
import { t, translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { EmptyState, LabeledField, Loading, PageBar, Panel } from '@/ui/parts';
import { useRecordForm, type RecordFormState } from '@/views/form/useRecordForm';
import { useDebounced } from '@/ui/useDebounced';
import { refOf, textOf, useAll, useTop } from '../shared/queries';
import { ask } from '../shared/quiet';
import { Batch, madeOf, type Made } from './Batch';
import { giveExtras, isTaken, STEPS, TEMPLATE, type Extras } from './wizard';
import './organisation.css';

const tx = translator(dict);

interface FieldsProps {
  form: RecordFormState;
  names: string[];
  login?: string;
  /** Account names follow a rule: nobody chooses one. */
  ruled?: boolean;
  /** What the roles chosen ask for, and why it is missing. */
  asked?: Record<string, string | undefined>;
}

function Fields({ form, names, login, ruled, asked = {} }: FieldsProps) {
  return (
    <div className="form-grid">
      {names.map((name, i) => {
        const f = form.fields.find((x) => x.name === name);
        if (!f) return null;
        const id = `f-${name}`;
        const error = form.errors[name] ?? asked[name];
        const fixed = name === 'login' && ruled;
        const help = fixed ? tx('wizard.login.ruled') : f.help;
        return (
          <LabeledField key={name} id={id} label={f.label} required={f.required || name in asked} error={error} help={help}>
            {fixed ? (
              <Input id={id} value={login ?? ''} readOnly aria-describedby={`${id}-note`} />
            ) : (
            <FieldInput
              id={id}
              field={f}
              value={form.values[name]}
              autoFocus={i === 0}
              invalid={Boolean(error)}
              describedBy={error || help ? `${id}-note` : undefined}
              onChange={(v) => form.set(name, v)}
            />
            )}
          </LabeledField>
        );
      })}
    </div>
  );
}

function Preferences({ value, onChange }: { value: Record<string, string>; onChange: (v: Record<string, string>) => void }) {
  const choice = (name: string, label: string, options: [string, string][]) => (
    <LabeledField id={`p-${name}`} label={label}>
      <Select
        id={`p-${name}`}
        className="full"
        value={value[name] ?? ''}
        options={[['', tx('wizard.lang.own')], ...options].map(([v, l]) => ({ value: v, label: l }))}
        onChange={(v) => onChange({ ...value, [name]: v })}
      />
    </LabeledField>
  );
  return (
    <div className="form-grid">
      {choice('language', tx('wizard.lang'), [
        ['zh-CN', tx('wizard.zh')],
        ['en', 'English'],
      ])}
      {choice('theme', tx('wizard.theme'), [
        ['system', t('bar.theme.system')],
        ['light', t('bar.theme.light')],
        ['dark', t('bar.theme.dark')],
      ])}
      {choice('density', tx('wizard.density'), [
        ['default', t('density.default')],
        ['comfortable', t('density.comfortable')],
        ['dense', t('density.dense')],
      ])}
    </div>
  );
}

interface WizardProps {
  entity: Entity;
  department: unknown;
  /** An account stands; another one follows, or the wizard is left. */
  onMade: (user: Rec, again: boolean) => Promise<void>;
  onLeave: () => void;
}
function Wizard({ entity, department, onMade, onLeave }: WizardProps) {
  const [step, setStep] = useState(0);
  const roles = useAll('roles', { fields: ['name', 'code', 'needs_superior'] });
  const [extras, setExtras] = useState<Extras>({ roles: [], teams: [], preferences: {} });
  const [touched, setTouched] = useState(false);
  const userRoles = useEntity('user-roles');
  const form = useRecordForm({ entityName: 'users', entity, defaults: { department } });
  const template = roles.data?.find((r) => r.code === TEMPLATE[textOf(form.values.user_type)]);
  const chosen = touched ? extras.roles : template ? [{ id: template.id, title: textOf(template.name) }] : [];
  const needs = roles.data?.find((r) => r.needs_superior === true && chosen.some((c) => c.id === r.id));
  const [tried, setTried] = useState(false);
  const lacking = Boolean(needs) && !refOf(form.values.superior);
  const asked = needs ? { superior: tried && lacking ? tx('wizard.superior', { role: textOf(needs.name) }) : undefined } : undefined;
  const named = useDebounced(JSON.stringify({ name: textOf(form.values.name).trim(), email: textOf(form.values.email).trim() || null }));
  const person = JSON.parse(named) as Record<string, string>;
  const suggested = useQuery({
    queryKey: ['quiet', 'suggest-login', named],
    queryFn: () => ask('/users/actions/suggest-login', { input: person }),
    enabled: person.name !== '',
    staleTime: 0,
    placeholderData: (previous) => previous,
  });
  const settings = useTop('business-settings', { fields: ['login_policy'], limit: 1 }, false);
  const ruled = settings.data ? settings.data.items[0]?.login_policy !== 'free' : false;
  const login = person.name ? suggested.data?.login : undefined;
  const custom = form.fields.filter((f) => f.custom).map((f) => f.name);
  const steps = [STEPS[0], [...STEPS[1], ...custom], STEPS[2]];
  const errors: Record<string, string | undefined> = { ...form.errors, ...(tried && lacking ? { superior: asked?.superior } : {}) };
  // Whatever refuses the account is shown where it can be mended.
  const [refused, setRefused] = useState(0);
  const wrong = steps.findIndex((list) => list.some((name) => errors[name]));
  const shown = useEffectEvent(() => {
    if (wrong < 0) return;
    setStep(wrong);
    const first = steps[wrong].find((name) => errors[name]);
    window.setTimeout(() => document.getElementById(`f-${first}`)?.focus(), 60);
  });
  useEffect(() => {
    if (refused) shown();
  }, [refused]);
  const onward = async () => {
    if (!form.check(steps[step])) return;
    const chosenLogin = textOf(form.values.login).trim().toLowerCase();
    if (step === 0 && chosenLogin && !ruled && (await isTaken(chosenLogin))) {
      form.refuse({ login: tx('wizard.login.taken', { login: chosenLogin }) });
      return;
    }
    if (step === 1 && lacking) {
      setTried(true);
      setRefused((n) => n + 1);
    } else setStep(step + 1);
  };
  const save = async (again: boolean) => {
    setTried(true);
    // The account would stand without the role it was made for.
    const saved = lacking ? null : await form.submit();
    if (!saved) {
      setRefused((n) => n + 1);
      return;
    }
    const failed = await giveExtras(saved, { ...extras, roles: chosen });
    if (failed.length) toast.warning(tx('wizard.partly', { why: failed.join('；') }));
    await onMade(saved, again);
  };
  const names = [tx('wizard.1'), tx('wizard.2'), tx('wizard.3')];
  const parts: ReactNode[] = [
    <Panel key="1" title={tx('wizard.1')}>
      <Fields form={form} names={STEPS[0]} login={login} ruled={ruled} asked={asked} />
    </Panel>,
    <div key="2" className="stack">
      <Panel title={tx('wizard.extra')}>
        <div className="stack">
          <Fields form={form} names={['territory', ...custom]} />
          <LabeledField id="w-teams" label={tx('wizard.teams')}>
            <RecordPicker id="w-teams" entity="teams" multiple value={extras.teams} onChange={(teams) => setExtras({ ...extras, teams })} />
          </LabeledField>
        </div>
      </Panel>
      <Panel title={tx('wizard.security')}>
        <div className="stack">
          <LabeledField id="w-roles" label={tx('wizard.roles')} help={tx('wizard.roles.help')}>
            <RecordPicker
              id="w-roles"
              entity="roles"
              filter={userRoles && fieldOf(userRoles, 'role')?.target_filter}
              multiple
              value={chosen}
              onChange={(list) => {
                setTouched(true);
                setExtras({ ...extras, roles: list });
              }}
            />
          </LabeledField>
          <Fields form={form} names={STEPS[1].filter((n) => n !== 'territory')} />
        </div>
      </Panel>
    </div>,
    <Panel key="3" title={tx('wizard.3')}>
      <Preferences value={extras.preferences} onChange={(preferences) => {
          setExtras({ ...extras, preferences });
          const kept = Object.fromEntries(Object.entries(preferences).filter(([, v]) => v));
          form.set('preferences', Object.keys(kept).length ? JSON.stringify(kept) : null);
        }} />
    </Panel>,
  ];
  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={(e) => {
        e.preventDefault();
        if (step < 2) void onward();
        else void save(false);
      }}
    >
      <ol className="steps" aria-label={tx('wizard.title')}>
        {names.map((name, i) => (
          <li key={name} aria-current={i === step ? 'step' : undefined} className={i < step ? 'is-done' : ''}>
            <b>{i + 1}</b>
            {name}
          </li>
        ))}
      </ol>
      {form.failure ? (
        <p className="note note-red form-failure" role="alert">
          {errorText(form.failure)}
        </p>
      ) : null}
      {parts[step]}
      <div className="form-actions wizard-actions">
        {step > 0 && <Button onClick={() => setStep(step - 1)}>{tx('wizard.back')}</Button>}
        <span className="grow" />
        <Button onClick={onLeave}>{t('cancel')}</Button>
        <Button disabled={form.busy} onClick={() => void save(true)}>
          {tx('wizard.save_new')}
        </Button>
        <Button type={step === 2 ? 'primary' : 'default'} loading={form.busy} onClick={() => void save(false)}>
          {tx('wizard.save')}
        </Button>
        {step < 2 && (
          <Button type="primary" htmlType="submit">
            {tx('wizard.go')}
          </Button>
        )}
      </div>
    </form>
  );
}

/** A new account in three steps; Save stores at any of them (ORG-06, ORG-07). */
export default function UserWizard() {
  const entity = useEntity('users');
  const [search] = useSearchText();
  const me = useMe();
  const place = search.department ?? (me.administrator === 'branch' ? refOf(me.user.department)?.id : undefined);
  const department = useRecord('departments', place);
  const [round, setRound] = useState(0);
  const [made, setMade] = useState<Made[]>([]);
  const [left, setLeft] = useState(false);
  const go = useGo();
  if (!can(entity, 'create')) return <EmptyState icon="warning" title={t('error.noentity')} />;
  if (place && department.isPending) return <Loading />;
  const kept = async (user: Rec, again: boolean) => {
    // One account alone is told of by the list it leads to.
    if (!again && !made.length) return go('/admin/users', { created: user.id });
    const one = await madeOf(user);
    setMade((all) => [...all, one]);
    if (!again) return setLeft(true);
    toast.success(tx('wizard.created', { name: one.name, login: one.login }));
    setRound((n) => n + 1);
  };
  const here = department.data && { id: department.data.id, title: textOf(department.data.name) };
  return (
    <div className="page">
      <div className="page-narrow">
        <PageBar title={tx('wizard.title')} />
        {left ? (
          <Batch made={made} onDone={() => go('/admin/users')} />
        ) : (
          <div className="stack">
            <Wizard key={round} entity={entity!} department={refOf(here)} onMade={kept} onLeave={() => (made.length ? setLeft(true) : go('/admin/users'))} />
            {made.length > 0 && <Batch made={made} />}
          </div>
        )}
      </div>
    </div>
  );
}
