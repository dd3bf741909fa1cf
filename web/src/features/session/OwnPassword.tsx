import Input from 'antd/es/input';
import { useState } from 'react';
import { patch } from '@/api/client';
import type { Me } from '@/api/types';
import { t } from '@/i18n/t';
import { Failure, LabeledField } from '@/ui/parts';
import { faultOf, refusalText, ruleText } from './welcome';

/** The old password and a new one, on their way to the server. */
export function useOwnPassword(rule: Me['organisation']) {
  const [v, setV] = useState({ old: '', next: '', again: '' });
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<Me | null> => {
    const fault = v.old ? faultOf(v.next, v.again, rule) : t('me.password.old.required');
    setError(fault);
    if (fault) return null;
    setBusy(true);
    try {
      return await patch<Me>('/me', { password: { old: v.old, new: v.next } });
    } catch (cause) {
      setError(refusalText(cause));
      return null;
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof typeof v, label: string, auto: string, help?: string) => (
    <LabeledField id={`pw-${name}`} label={label} required help={help}>
      <Input.Password id={`pw-${name}`} autoComplete={auto} value={v[name]} onChange={(e) => setV({ ...v, [name]: e.target.value })} />
    </LabeledField>
  );
  const fields = (
    <>
      {field('old', t('me.password.old'), 'current-password')}
      {field('next', t('reset.password'), 'new-password', ruleText(rule))}
      {field('again', t('reset.again'), 'new-password')}
      <Failure>{error}</Failure>
    </>
  );
  return { fields, busy, save };
}
