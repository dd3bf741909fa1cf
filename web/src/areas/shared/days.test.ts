import { afterEach, describe, expect, it, vi } from 'vitest';
import { daysFromToday, daysLeft, morningAhead } from './days';

describe('days of the company', () => {
  afterEach(() => vi.useRealTimers());
  const at = (iso: string) => {
    vi.useFakeTimers();
    vi.setSystemTime(new Date(iso));
  };
  it('change at midnight in Shanghai, not in Greenwich', () => {
    at('2026-05-12T15:59:00Z');
    expect(daysFromToday('2026-05-12T16:01:00Z')).toBe(1);
    expect(daysFromToday('2026-05-11T16:00:00Z')).toBe(0);
    expect(daysFromToday(null)).toBeNull();
  });
  it('count a begun day as left', () => {
    at('2026-05-12T00:00:00Z');
    expect(daysLeft('2026-05-12T00:00:01Z')).toBe(1);
    expect(daysLeft('2026-05-14T00:00:00Z')).toBe(2);
    expect(daysLeft('2026-05-01T00:00:00Z')).toBe(0);
  });
  it('propose nine in the morning there', () => {
    at('2026-05-12T15:59:00Z');
    expect(morningAhead(1)).toBe('2026-05-13T01:00:00.000Z');
  });
});
