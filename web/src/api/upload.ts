import { currentLang } from '@/i18n/lang';
import { BASE, csrfToken, networkError } from './client';
import { ApiError } from './errors';

export interface StoredFile {
  id: string;
  name: string;
  size: number;
  media_type: string;
  created_at: string;
}
export const fileUrl = (id: string) => `${BASE}/files/${id}`;

/** Sends one file; `fetch` cannot tell how far an upload is. */
export function uploadFile(file: File, onProgress?: (share: number) => void, signal?: AbortSignal): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append('file', file);
    request.open('POST', `${BASE}/files`);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Accept-Language', currentLang());
    request.setRequestHeader('X-CSRF-Token', csrfToken());
    request.upload.onprogress = (e) => e.lengthComputable && onProgress?.(e.loaded / e.total);
    const answer = () => {
      try {
        return JSON.parse(request.responseText) as Record<string, unknown>;
      } catch {
        return {};
      }
    };
    request.onload = () => {
      const said = answer();
      const stored = (said.items as StoredFile[] | undefined)?.[0];
      if (request.status < 300 && stored) resolve(stored);
      else {
        const error = new ApiError(request.status, said);
        const field = error.fieldErrors.file;
        if (field) error.message = field;
        reject(error);
      }
    };
    request.onerror = () => reject(networkError());
    signal?.addEventListener('abort', () => request.abort());
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    request.send(body);
  });
}

const UNITS = ['B', 'KB', 'MB', 'GB'];
export function formatSize(bytes: number): string {
  let [n, unit] = [bytes, 0];
  while (n >= 1024 && unit < UNITS.length - 1) {
    n /= 1024;
    unit += 1;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${UNITS[unit]}`;
}
