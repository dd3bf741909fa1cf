import Input from 'antd/es/input';
import { useState } from 'react';
import { post } from '@/api/client';
import { recordWritten } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { useGo } from '@/app/nav';
import { t } from '@/i18n/t';
import { errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { LabeledField } from '@/ui/parts';
import type { LeaveRequest } from '../form/openForm';

/** Says why the export needs leave, asks what it is for, and applies for it; who needs nobody's leave gets the file (IMP-03). */
export default function ExportLeaveDialog({ request, onClose }: { request: LeaveRequest; onClose: () => void }) {
  const go = useGo();
  const [purpose, setPurpose] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const apply = async () => {
    if (!purpose.trim()) return setError(t('setup.required'));
    setBusy(true);
    try {
      if (request.fetchFor) {
        await request.fetchFor(purpose.trim());
        return onClose();
      }
      const asked = await post<Rec>(`/${request.entity}/export`, { ...request.range, purpose: purpose.trim() });
      recordWritten('export-applications', asked);
      toast.withAction(t('export.applied'), t('export.show'), () => go(`/e/export-applications/${asked.id}`));
      onClose();
    } catch (e) {
      setError(errorText(e));
      setBusy(false);
    }
  };
  return (
    <Dialog open title={t(request.fetchFor ? 'export.state' : 'export.apply')} onClose={onClose} onOk={() => void apply()} okText={t(request.fetchFor ? 'export.now' : 'export.submit')} busy={busy} width={480}>
      <div className="stack">
        <p className="note">{request.reason}</p>
        <LabeledField id="export-purpose" label={t('export.purpose')} required error={error}>
          <Input.TextArea
            id="export-purpose"
            autoFocus
            rows={3}
            maxLength={500}
            value={purpose}
            placeholder={t('export.purpose.help')}
            onChange={(e) => setPurpose(e.target.value)}
          />
        </LabeledField>
      </div>
    </Dialog>
  );
}
