import { useQuery } from '@tanstack/react-query';
import { del, get } from '@/api/client';
import { queryClient } from '@/api/hooks';
import { settings } from '@/i18n/dict/settings';
import { formatInstant } from '@/i18n/format';
import { translator } from '@/i18n/t';
import { toast } from '@/ui/feedback';
import { ErrorState, Loading } from '@/ui/parts';
import { Pill } from '@/ui/Pill';

const tx = translator(settings);

export interface Session {
  id: string;
  created_at: string;
  seen_at: string;
  agent: string;
  address: string;
  current: boolean;
}

/** Where somebody is signed in: oneself, or the user whose path is given. */
export const useSessions = (path: string) =>
  useQuery({ queryKey: ['sessions', path], queryFn: async () => (await get<{ items: Session[] }>(path)).items });

export async function endSessions(path: string, said: string) {
  try {
    await del(path);
    toast.success(said);
  } catch (e) {
    toast.error(e);
  }
  void queryClient.invalidateQueries({ queryKey: ['sessions'] });
}

const PROGRAMS: [RegExp, string][] = [
  [/MicroMessenger/i, 'WeChat'],
  [/DingTalk/i, 'DingTalk'],
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
];
/** A browser as people call it. */
export function deviceOf(agent: string): string {
  const named = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent))?.[1];
  return [named(PROGRAMS), named(SYSTEMS)].filter(Boolean).join(' · ') || agent.slice(0, 40) || tx('me.sessions.unknown');
}

export function SessionRows({ path, onEnd }: { path: string; onEnd?: (session: Session) => void }) {
  const list = useSessions(path);
  if (list.isError) return <ErrorState error={list.error} />;
  if (!list.data) return <Loading />;
  return (
    <ul className="member-list">
      {list.data.map((session) => (
        <li key={session.id} className="row-wrap">
          <strong>{deviceOf(session.agent)}</strong>
          {session.current && <Pill color="green">{tx('me.sessions.current')}</Pill>}
          <span className="muted grow">
            {[session.address, tx('me.sessions.seen', { at: formatInstant(session.seen_at) })].filter(Boolean).join(' · ')}
          </span>
          {onEnd && !session.current && (
            <button type="button" className="link" onClick={() => onEnd(session)}>
              {tx('me.sessions.end')}
            </button>
          )}
        </li>
      ))}
      {list.data.length === 0 && <li className="muted">{tx('me.sessions.none')}</li>}
    </ul>
  );
}
