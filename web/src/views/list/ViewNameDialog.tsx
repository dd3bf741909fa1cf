import Checkbox from 'antd/es/checkbox';
import Input from 'antd/es/input';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { queryClient } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { t } from '@/i18n/t';
import { errorText } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { LabeledField } from '@/ui/parts';
import { storedView, type ListState } from './state';

export default function ViewNameDialog({
  entityName,
  state,
  record,
  onClose,
}: {
  entityName: string;
  state: ListState;
  record?: Rec;
  onClose: () => void;
}) {
  const [name, setName] = useState(record ? String(record.name) : '');
  const [shared, setShared] = useState(record?.shared === true);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!name.trim()) return setError(t('setup.required'));
    setBusy(true);
    try {
      const saved = record
        ? await patch<Rec>(`/views/${record.id}`, { name: name.trim(), shared })
        : await post<Rec>('/views', { entity: entityName, name: name.trim(), shared, ...storedView(state) });
      await queryClient.invalidateQueries({ queryKey: ['list', 'views'] });
      onClose();
      state.set({ view: `v${saved.id}` });
    } catch (e) {
      setError(errorText(e));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={record ? t('view.rename') : t('view.save_as')}
      onClose={onClose}
      onOk={() => void save()}
      okText={t('save')}
      busy={busy}
      width={400}
    >
      <div className="stack">
        <LabeledField id="view-name" label={t('view.name')} required error={error}>
          <Input
            id="view-name"
            autoFocus
            value={name}
            maxLength={60}
            onChange={(e) => setName(e.target.value)}
            onPressEnter={() => void save()}
          />
        </LabeledField>
        <Checkbox checked={shared} onChange={(e) => setShared(e.target.checked)}>
          {t('view.shared')}
        </Checkbox>
      </div>
    </Dialog>
  );
}
