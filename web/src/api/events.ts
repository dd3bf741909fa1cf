import { BASE, get } from './client';
import { queryClient } from './hooks';
import type { Job } from './types';

type JobListener = (job: Job) => void;
const jobListeners = new Set<JobListener>();
export const onJob = (fn: JobListener) => {
  jobListeners.add(fn);
  return () => {
    jobListeners.delete(fn);
  };
};

/** Listens to the server's events and marks the queries they touch; changes are gathered for a second. */
export function startEvents(): () => void {
  if (typeof EventSource === 'undefined') return () => {};
  const source = new EventSource(`${BASE}/events`, { withCredentials: true });
  const records = new Set<string>();
  const asked = new Set<string>();
  let timer = 0;
  const flush = () => {
    timer = 0;
    const entities = new Set<string>();
    for (const key of records) {
      const [entity, id] = key.split('/');
      entities.add(entity);
      for (const kind of ['record', 'history', 'timeline']) void queryClient.invalidateQueries({ queryKey: [kind, entity, id] });
    }
    for (const entity of entities) void queryClient.invalidateQueries({ queryKey: ['list', entity] });
    // Read elsewhere, or settled by somebody.
    if (entities.has('notifications')) void queryClient.invalidateQueries({ queryKey: ['me'] });
    if (records.size) void queryClient.invalidateQueries({ queryKey: ['changes'] });
    records.clear();
  };
  const parse = (event: Event) => {
    try {
      return JSON.parse((event as MessageEvent<string>).data);
    } catch {
      return null;
    }
  };
  source.addEventListener('record.changed', (event) => {
    const data = parse(event);
    if (!data?.entity) return;
    records.add(`${data.entity}/${data.id}`);
    timer ||= window.setTimeout(flush, 1000);
  });
  source.addEventListener('metadata.changed', () => void queryClient.invalidateQueries({ queryKey: ['meta'] }));
  source.addEventListener('notification', () => {
    void queryClient.invalidateQueries({ queryKey: ['me'] });
    void queryClient.invalidateQueries({ queryKey: ['list', 'notifications'] });
  });
  source.addEventListener('job', (event) => {
    // The event names the job; how far it is has to be asked, at most once in half a second for each.
    const id = (parse(event) as { id?: string } | null)?.id;
    if (!id || asked.has(id)) return;
    asked.add(id);
    window.setTimeout(() => {
      asked.delete(id);
      get<Job>(`/jobs/${id}`).then(
        (job) => {
          queryClient.setQueryData(['job', id], job);
          for (const fn of jobListeners) fn(job);
        },
        () => {},
      );
    }, 500);
  });
  // The stream is refused once the session has ended: what is on screen is not left there for whoever comes by.
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) get('/me').catch(() => {});
  });
  // Events were lost: everything on screen may be old.
  source.addEventListener('resync', () => void queryClient.invalidateQueries());
  return () => {
    window.clearTimeout(timer);
    source.close();
  };
}
