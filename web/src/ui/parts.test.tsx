import { render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { Tabs } from './parts';

it('brings the chosen tab into sight, also where scrolling gives a promise', () => {
  const seen = vi.fn(() => Promise.resolve());
  Element.prototype.scrollIntoView = seen as never;
  const items = [
    { key: 'a', label: 'A' },
    { key: 'b', label: 'B' },
  ];
  const tabs = (value: string) => <Tabs id="t" label="tabs" items={items} value={value} onChange={() => {}} />;
  const { rerender, unmount } = render(tabs('a'));
  rerender(tabs('b'));
  expect(seen.mock.contexts.at(-1)).toBe(screen.getByRole('tab', { name: 'B' }));
  unmount();
});
