import { readFileSync } from 'node:fs';
import { expect, test, unique } from './support/test';
import { button, openList } from './support/ui';

test('the list is exported as CSV, as it is narrowed, with the columns on show', async ({ page, api }) => {
  const stem = unique('泰兴导出');
  for (const end of ['甲', '乙']) await api.post('/customers', { name: `${stem}${end}`, phone: '0523-87650001' });
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(stem)}&cols=name,phone`);
  await button(page.locator('.list-head'), '更多').click();
  const started = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: '导出全部（CSV）' }).click();
  const file = await started;
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  const text = readFileSync(await file.path(), 'utf8');
  const lines = text.replace(/^\ufeff/, '').trim().split(/\r?\n/);
  expect(lines[0]).toBe('客户名称,电话');
  expect(lines.slice(1).sort()).toEqual([`${stem}乙,0523-87650001`, `${stem}甲,0523-87650001`].sort());
});
