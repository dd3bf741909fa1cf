import { currentLang } from '@/i18n/lang';
import { ApiError } from './errors';
import type { Problem } from './types';

export const BASE = '/api/v1';
export type QueryValue = string | number | boolean | null | undefined;
export interface RequestOptions {
  query?: Record<string, QueryValue>;
  body?: unknown;
  ifMatch?: string | number | null;
  signal?: AbortSignal;
  /** Leave the page alone on 401 (sign-in itself, first look at /me). */
  anonymous?: boolean;
}

let csrf = '';
export const setCsrf = (token: string) => {
  csrf = token;
};
export const csrfToken = () => csrf;

let unauthorized: () => void = () => {};
export const onUnauthorized = (fn: () => void) => {
  unauthorized = fn;
};

export function url(path: string, query?: Record<string, QueryValue>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  const text = params.toString();
  return BASE + path + (text ? `?${text}` : '');
}

/** crypto.randomUUID is missing on plain http inside a company network. */
export function uniqueKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
}

export const networkError = () =>
  new ApiError(0, {
    code: 'network',
    detail: currentLang() === 'en' ? 'The server cannot be reached.' : '无法连接服务器，请检查网络后重试。',
  });

export async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': currentLang() };
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf;
  if (method === 'POST') headers['Idempotency-Key'] = uniqueKey();
  if (options.ifMatch !== undefined && options.ifMatch !== null) headers['If-Match'] = `"${options.ifMatch}"`;
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) body = options.body;
  else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(url(path, options.query), { method, headers, body, signal: options.signal, credentials: 'same-origin' });
  } catch (cause) {
    if ((cause as Error).name === 'AbortError') throw cause;
    throw networkError();
  }
  if (response.ok) return response;
  let problem: Partial<Problem> = {};
  try {
    problem = await response.json();
  } catch {
    /* not a problem document */
  }
  if (response.status === 401 && !options.anonymous) unauthorized();
  throw new ApiError(response.status, problem, Number(response.headers.get('Retry-After')) || null);
}

export async function request<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const get = <T>(path: string, query?: Record<string, QueryValue>, signal?: AbortSignal) =>
  request<T>('GET', path, { query, signal });
export const post = <T>(path: string, body?: unknown, query?: Record<string, QueryValue>) =>
  request<T>('POST', path, { body: body ?? {}, query });
export const patch = <T>(path: string, body: unknown, ifMatch?: string | number | null) => request<T>('PATCH', path, { body, ifMatch });
export const del = <T = void>(path: string, ifMatch?: string | number | null) => request<T>('DELETE', path, { ifMatch });
