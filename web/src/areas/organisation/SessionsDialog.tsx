import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { Dialog } from '@/ui/Overlay';
import { endSessions, SessionRows } from '../shared/Sessions';

const tx = translator(dict);

/** Where somebody is signed in, and the end of it at once (ORG-37). */
export default function SessionsDialog({ user, name, onClose }: { user: string; name: string; onClose: () => void }) {
  const path = `/users/${user}/sessions`;
  const end = async () => {
    await endSessions(path, tx('sessions.ended', { name }));
    onClose();
  };
  return (
    <Dialog open title={`${tx('sessions')} · ${name}`} onClose={onClose} onOk={() => void end()} okText={tx('sessions.end')} danger>
      <div className="stack">
        <p>{tx('sessions.help')}</p>
        <SessionRows path={path} />
      </div>
    </Dialog>
  );
}
