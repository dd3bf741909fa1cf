// @vitest-environment jsdom
import { render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { isNoted, SetNote, type Noted } from './SetNote';

test('a merge, what was taken back and what took back are told apart from plain changes', () => {
  const said = (set: Noted) => [isNoted(set), render(<SetNote set={set} />).container.textContent?.trim()];
  expect(said({ kind: 'edit' })).toEqual([false, '']);
  expect(said({ kind: 'merge', undone_by: '2' })).toEqual([true, '合并 已撤销']);
  expect(said({ kind: 'undo', undo_of: '1' })).toEqual([true, '撤销操作']);
});
