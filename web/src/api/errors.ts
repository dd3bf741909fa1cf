import type { Problem, ProblemItem, Rec } from './types';

/** Every failed request ends here: the server's problem document, or `network` when nothing came back. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: ProblemItem[];
  readonly fieldErrors: Record<string, string>;
  readonly current: Rec | null;
  readonly requestId: string | null;
  readonly retryAfter: number | null;

  constructor(status: number, problem: Partial<Problem>, retryAfter: number | null = null) {
    super(problem.detail || problem.title || problem.code || `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'network' : `http_${status}`);
    this.errors = problem.errors ?? [];
    this.fieldErrors = {};
    for (const item of this.errors) if (item.field && !(item.field in this.fieldErrors)) this.fieldErrors[item.field] = item.detail;
    this.current = problem.current ?? null;
    this.requestId = problem.request_id ?? null;
    this.retryAfter = retryAfter;
  }
}

export const isStale = (e: unknown): e is ApiError => e instanceof ApiError && e.status === 412;
