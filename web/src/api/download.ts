import { send, type QueryValue } from './client';

/** Fetches a file and hands it to the browser; a refusal is an ApiError instead of a page of JSON. */
export async function download(path: string, query: Record<string, QueryValue>, name: string) {
  const blob = await (await send('GET', path, { query })).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
