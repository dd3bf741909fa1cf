import { useQuery } from '@tanstack/react-query';
import { post } from '@/api/client';
import type { ActionResult } from '@/api/types';

export type Answer = Record<string, string> & { items?: Record<string, string>[] };

/** A question put as an action: it writes nothing, so it may be asked again at will. */
export const ask = async (path: string, input: Record<string, unknown> = {}): Promise<Answer> =>
  ((await post<ActionResult>(path, input)).result ?? {}) as Answer;

export const useQuiet = (path: string, key: unknown[] = [], enabled = true) =>
  useQuery({ queryKey: ['quiet', path, ...key], queryFn: () => ask(path), enabled, placeholderData: (previous) => previous });
