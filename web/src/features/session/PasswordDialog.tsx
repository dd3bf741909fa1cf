import Input from 'antd/es/input';
import { useState } from 'react';
import { patch } from '@/api/client';
import { t } from '@/i18n/t';
import { errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { LabeledField } from '@/ui/parts';

export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  const [v, setV] = useState({ old: '', next: '', again: '' });
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (v.next.length < 8) return setError(t('reset.short', { n: 8 }));
    if (v.next !== v.again) return setError(t('reset.mismatch'));
    setBusy(true);
    try {
      await patch('/me', { password: { old: v.old, new: v.next } });
      toast.success(t('me.password.done'));
      onClose();
    } catch (e) {
      setError(errorText(e));
      setBusy(false);
    }
  };
  const field = (name: keyof typeof v, label: string, auto: string) => (
    <LabeledField id={`pw-${name}`} label={label} required>
      <Input.Password id={`pw-${name}`} autoComplete={auto} value={v[name]} onChange={(e) => setV({ ...v, [name]: e.target.value })} />
    </LabeledField>
  );
  return (
    <Dialog open title={t('bar.password')} onClose={onClose} onOk={() => void save()} okText={t('save')} busy={busy} width={400}>
      <div className="stack">
        {field('old', t('me.password.old'), 'current-password')}
        {field('next', t('reset.password'), 'new-password')}
        {field('again', t('reset.again'), 'new-password')}
        {error && (
          <p className="note note-red" role="alert">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  );
}
