// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { get } from './client';
import { startEvents } from './events';
import { queryClient } from './hooks';

vi.mock('./client', () => ({ BASE: '/api/v1', get: vi.fn(() => Promise.reject(new Error('401'))) }));

class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static last: Stream;
  readyState = 0;
  constructor() {
    super();
    Stream.last = this;
  }
  close() {}
}

beforeEach(() => vi.stubGlobal('EventSource', Stream));
afterEach(() => vi.unstubAllGlobals());

it('counts notices anew when one was read elsewhere or settled', () => {
  vi.useFakeTimers();
  const stale = vi.spyOn(queryClient, 'invalidateQueries');
  const stop = startEvents();
  Stream.last.dispatchEvent(new MessageEvent('record.changed', { data: '{"entity":"notifications","id":"1"}' }));
  vi.advanceTimersByTime(1000);
  expect(stale).toHaveBeenCalledWith({ queryKey: ['me'] });
  stop();
  vi.useRealTimers();
});

it('asks who is signed in when the stream is refused, not while it tries again', () => {
  const stop = startEvents();
  Stream.last.dispatchEvent(new Event('error'));
  expect(get).not.toHaveBeenCalled();
  Stream.last.readyState = Stream.CLOSED;
  Stream.last.dispatchEvent(new Event('error'));
  expect(get).toHaveBeenCalledWith('/me');
  stop();
});
