import { useQuery } from '@tanstack/react-query';
import { del } from '@/api/client';
import { meQuery, queryClient } from '@/api/hooks';
import type { Me } from '@/api/types';
import { useGo } from '@/app/nav';
import { t } from '@/i18n/t';
import { ErrorState, Loading } from '@/ui/parts';
import { useOwnPassword } from './OwnPassword';
import { SessionForm } from './SessionForm';
import { SessionFrame } from './SessionFrame';

/** Who has to choose a new password does so before anything else. */
export default function NewPasswordPage() {
  const me = useQuery(meQuery);
  if (me.isError) return <ErrorState error={me.error} />;
  return me.data ? <Choosing me={me.data} /> : <Loading />;
}

function Choosing({ me }: { me: Me }) {
  const go = useGo();
  const own = useOwnPassword(me.organisation);
  const submit = async () => {
    const changed = await own.save();
    if (!changed) return;
    queryClient.setQueryData(meQuery.queryKey, changed);
    go('/');
  };
  const leave = () => void del('/session').finally(() => go('/login'));
  return (
    <SessionFrame title={t('reset.title')} organisation={me.organisation.name}>
      <SessionForm
        label={t('save')}
        busy={own.busy}
        onSubmit={submit}
        ways={
          <button type="button" className="link" onClick={leave}>
            {t('bar.logout')}
          </button>
        }
      >
        <p className="note">{t('reset.must')}</p>
        {own.fields}
      </SessionForm>
    </SessionFrame>
  );
}
