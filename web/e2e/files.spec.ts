import { readFileSync } from 'node:fs';
import { expect, test, unique } from './support/test';
import { button, openList } from './support/ui';
import { workbook } from './support/xlsx';

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

test('a file in GB18030 is imported: new, changed and wrong rows; the wrong ones come back as a file; the whole is taken back', async ({
  page,
  api,
}) => {
  test.slow();
  const stem = unique('tx');
  // Of this run alone: what an earlier one left has the same number otherwise, and is the same customer.
  const phone = (n: number) => `0523-${n}${String(Date.now()).slice(-7)}`;
  const [first, second, third, fourth] = [1, 2, 3, 4].map(phone);
  const known = await api.post('/customers', { name: `已有${stem}有限公司`, phone: first });
  const rows = [
    ['客户名称', '电话', '电子邮箱', '没人认识的列'],
    [`新来${stem}有限公司`, second, 'new@example.com', 'x'],
    [`已有${stem}有限公司`, third, '', 'x'],
    [`坏的${stem}有限公司`, fourth, '不是邮箱', 'x'],
  ];
  const file = Buffer.from(gb18030(rows.map((row) => row.join(',')).join('\r\n')));
  expect(file.includes(Buffer.from([0xbf, 0xcd, 0xbb, 0xa7])), 'the bytes are not UTF-8').toBe(true);
  await openList(page, 'customers');
  await button(page.locator('.list-head'), '更多').click();
  await page.getByRole('menuitem', { name: '导入' }).click();
  await page.locator('input[type=file]').setInputFiles({ name: `${stem}.csv`, mimeType: 'text/csv', buffer: file });
  await expect(page.getByText(`${stem}.csv · 3 行`)).toBeVisible();
  const row = (column: string) => page.locator('tbody tr').filter({ has: page.getByRole('rowheader', { name: column, exact: true }) });
  await expect(row('客户名称')).toContainText('客户名称 *');
  await expect(row('电话').locator('.import-field')).toContainText('电话');
  await expect(row('没人认识的列')).toContainText('（不导入）');
  await button(page, '下一步').click();

  await expect(page.getByText('新建 1')).toBeVisible();
  await expect(page.getByText('更新 1')).toBeVisible();
  await expect(page.getByText('错误 1')).toBeVisible();
  await expect(page.locator('.cell-wrong')).toContainText('不是邮箱');
  await button(page, '开始导入').click();
  await expect(page.getByText('失败 1')).toBeVisible();
  expect(await api.get(`/customers/${known.id}`)).toMatchObject({ phone: third });
  expect(await api.find('customers', { name: `新来${stem}有限公司` })).toHaveLength(1);

  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: '下载错误行' }).click();
  const wrong = readFileSync(await (await started).path(), 'utf8');
  expect(wrong).toContain(`坏的${stem}有限公司`);
  expect(wrong).not.toContain(`新来${stem}`);
  expect(wrong.trim().split(/\r?\n/)).toHaveLength(2);

  await button(page, '撤回这次导入').click();
  await button(page.locator('.ant-modal'), '确定').click();
  await expect(page.getByText('已撤回', { exact: true })).toBeVisible();
  expect(await api.get(`/customers/${known.id}`)).toMatchObject({ phone: first });
  expect(await api.find('customers', { name: `新来${stem}有限公司` })).toHaveLength(0);
  await page.goto('/imports');
  await expect(page.locator('tbody tr').filter({ hasText: `${stem}.csv` })).toContainText('已撤回');
});

test('a workbook is imported with stars and days as spreadsheets write them', async ({ page, api }) => {
  const stem = unique('xl');
  const file = workbook([
    ['客户名称', '星级', '下次联系时间', '电话'],
    [`甲${stem}有限公司`, '★★★', 47000, '0523-86660001'],
    [`乙${stem}有限公司`, '五星', '2028年9月4日 8:30', 13812340001],
    [`丙${stem}有限公司`, '很多星', '47000', ''],
  ]);
  const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  await page.goto('/import/customers');
  await page.locator('input[type=file]').setInputFiles({ name: `${stem}.xlsx`, mimeType, buffer: file });
  await expect(page.getByText(`${stem}.xlsx · 3 行`)).toBeVisible();
  await button(page, '下一步').click();
  await expect(page.getByText('新建 2')).toBeVisible();
  await expect(page.locator('.cell-wrong')).toContainText('很多星');
  await button(page, '开始导入').click();
  await expect(page.getByText('失败 1')).toBeVisible();
  const [first] = await api.find('customers', { name: `甲${stem}有限公司` });
  expect(first).toMatchObject({ star: '3', next_contact_at: '2028-09-03T16:00:00.000Z', phone: '0523-86660001' });
  const [second] = await api.find('customers', { name: `乙${stem}有限公司` });
  expect(second).toMatchObject({ star: '5', next_contact_at: '2028-09-04T00:30:00.000Z', phone: '13812340001' });
});

/** Node writes no GB18030; every pair of bytes is looked up in what it reads. */
function gb18030(text: string): Uint8Array {
  const decoder = new TextDecoder('gb18030');
  const pairs = new Map<string, [number, number]>();
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) if (low !== 0x7f) pairs.set(decoder.decode(Uint8Array.of(high, low)), [high, low]);
  return Uint8Array.from([...text].flatMap((c) => (c.charCodeAt(0) < 0x80 ? [c.charCodeAt(0)] : pairs.get(c)!)));
}
