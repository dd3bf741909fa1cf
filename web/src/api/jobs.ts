import { get } from './client';
import { onJob } from './events';
import { queryClient } from './hooks';
import type { Job } from './types';

const UNFINISHED = new Set<Job['state']>(['queued', 'running', 'cancelling']);
export const finished = (job: Job) => !UNFINISHED.has(job.state);

/** Follows a job by events, and by asking every two seconds in case the stream is cut. */
export function followJob(id: string, onProgress?: (job: Job) => void): Promise<Job> {
  return new Promise((resolve, reject) => {
    let timer = 0;
    const stop = onJob((job) => {
      if (job.id === id) look(job);
    });
    const done = () => {
      stop();
      window.clearInterval(timer);
    };
    const look = (job: Job) => {
      queryClient.setQueryData(['job', id], job);
      onProgress?.(job);
      if (finished(job)) {
        done();
        resolve(job);
      }
    };
    const ask = () =>
      get<Job>(`/jobs/${id}`).then(look, (error) => {
        done();
        reject(error);
      });
    timer = window.setInterval(ask, 2000);
    void ask();
  });
}
