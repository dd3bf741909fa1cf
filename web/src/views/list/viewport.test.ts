import { describe, expect, it, vi } from 'vitest';

vi.mock('@/api/hooks', () => ({}));
const { Viewport } = await import('./viewport');

describe('the part of a list on screen', () => {
  it('turns to the next and the previous page, wherever it stands', () => {
    const v = new Viewport();
    v.show(0, 20);
    expect([v.page(1, 50), v.page(-1, 50)]).toEqual([50, 0]);
    v.show(73, 95);
    expect([v.page(1, 50), v.page(-1, 50)]).toEqual([100, 50]);
    expect([v.page(1, 20), v.page(-1, 20)]).toEqual([80, 60]);
    v.show(100, 120);
    expect(v.page(-1, 50)).toBe(50);
  });
  it('tells its listeners of a change, not of the same again', () => {
    const v = new Viewport();
    const told = vi.fn();
    const stop = v.subscribe(told);
    v.show(1, 20);
    v.show(1, 20);
    expect(told).toHaveBeenCalledTimes(1);
    stop();
    v.show(2, 21);
    expect(told).toHaveBeenCalledTimes(1);
  });
});
