import { useQuery } from '@tanstack/react-query';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { Dialog } from '@/ui/Overlay';
import { ErrorState, Loading } from '@/ui/parts';
import { CopyLine } from '@/ui/CopyLine';
import { ask } from '../shared/quiet';

const tx = translator(dict);

/** Makes a one-time link for setting a password and shows it for copying. */
export default function ResetLink({ user, name, onClose }: { user: string; name: string; onClose: () => void }) {
  const answer = useQuery({
    queryKey: ['reset-link', user],
    queryFn: () => ask(`/users/${user}/reset-password`),
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  const link = answer.data?.link;
  return (
    <Dialog open title={`${tx('reset.title')} · ${name}`} onClose={onClose}>
      <div className="stack">
        <p>{tx('reset.help')}</p>
        {answer.isError ? (
          <ErrorState error={answer.error} />
        ) : link ? (
          <CopyLine text={link.startsWith('/') ? location.origin + link : link} label={tx('reset.title')} />
        ) : (
          <Loading />
        )}
      </div>
    </Dialog>
  );
}
