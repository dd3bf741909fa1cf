import { useMe } from '@/api/hooks';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { useOwnPassword } from './OwnPassword';

export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  const own = useOwnPassword(useMe().organisation);
  const save = async () => {
    if (!(await own.save())) return;
    toast.success(t('me.password.done'));
    onClose();
  };
  return (
    <Dialog open title={t('bar.password')} onClose={onClose} onOk={() => void save()} okText={t('save')} busy={own.busy} width={400}>
      <div className="stack">{own.fields}</div>
    </Dialog>
  );
}
