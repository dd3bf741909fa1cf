import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useSyncExternalStore } from 'react';
import { savePreferences, useMe } from '@/api/hooks';

/** Rows a press on "next page" moves on; each person chooses how many. */
export const PAGE_SIZES = [20, 50, 100];
const USUAL = 50;

/** The reader's own number of rows on a page, and how it is changed. */
export function usePageSize(): [number, (size: number) => void] {
  const chosen = Number(useMe().preferences.page_size);
  return [PAGE_SIZES.includes(chosen) ? chosen : USUAL, (page_size) => void savePreferences({ page_size })];
}

/** Which rows of a list are on screen: the grid tells, the foot shows; the page between them is not drawn again. */
export class Viewport {
  first = 0;
  last = 0;
  scrollTo: (index: number) => void = () => {};
  private listeners = new Set<() => void>();

  /** Whoever draws the rows says how they are moved. */
  steer(scrollTo: (index: number) => void) {
    this.scrollTo = scrollTo;
  }
  show(first: number, last: number) {
    if (first === this.first && last === this.last) return;
    this.first = first;
    this.last = last;
    for (const tell of this.listeners) tell();
  }
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  /** The start of the page after or before the row on top; pages of fifty begin at 0, 50, 100 … */
  page(step: 1 | -1, size: number): number {
    return Math.max(0, step === 1 ? (Math.floor(this.first / size) + 1) * size : (Math.ceil(this.first / size) - 1) * size);
  }
}

interface Windowed {
  /** Told which rows are on screen, and moved from outside. */
  viewport?: Viewport;
  more?: boolean;
  onEnd?: () => void;
}

/** Tells which rows are on screen and has them moved; asks for more while some are left to draw. Gives the rows to draw. */
export function useWindow(virtual: Virtualizer<HTMLDivElement, Element>, rows: number, left: number, { viewport, more, onEnd }: Windowed) {
  const items = virtual.getVirtualItems();
  const end = items.length ? items[items.length - 1].index : 0;
  const shown = virtual.range;
  useEffect(() => {
    if (!viewport) return;
    viewport.steer((index) => virtual.scrollToIndex(index, { align: 'start' }));
    // A row half on screen below is counted as seen, the one under the head is not.
    viewport.show(shown?.startIndex ?? 0, rows ? Math.min(shown?.endIndex ?? 0, rows - 1) : 0);
  }, [viewport, virtual, shown?.startIndex, shown?.endIndex, rows]);
  useEffect(() => {
    if (more && rows - end < left) onEnd?.();
  }, [more, end, rows, left, onEnd]);
  return items;
}

/** First and last row on screen, counted from 1; "0-0" before there are any. */
export function useShown(viewport: Viewport): [number, number] {
  const shown = useSyncExternalStore(viewport.subscribe, () => `${viewport.first}-${viewport.last}`);
  const [first, last] = shown.split('-').map(Number);
  return [first, last];
}
