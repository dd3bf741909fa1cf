import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect, test, unique } from './support/test';
import { button, choose, drawer, fieldValue, openRecord } from './support/ui';

/** Opens the form of a new field of customers, with what every kind asks. */
async function newField(page: Page, label: string, kind: string) {
  await button(page, '新建字段').click();
  const form = drawer(page);
  await form.getByLabel(/^\*?名称$/).fill(label);
  await choose(page, form.locator('#cf-kind'), new RegExp(`^${kind}$`), kind);
  return form;
}
async function saved(page: Page, label: string) {
  await button(drawer(page), '保存').click();
  await expect(page.locator('.row-table')).toContainText(label);
}

test('a serial and a formula are filled in by the server, also when what they are made of changes', async ({ page, api }) => {
  const [serial, formula] = [unique('档案号'), unique('双倍星级')];
  await page.goto('/admin/fields?entity=customers');
  let form = await newField(page, serial, '编号');
  await form.locator('#cf-prefix').fill('DA-');
  await expect(form.getByText('DA-000001')).toBeVisible();
  await saved(page, serial);
  form = await newField(page, formula, '公式');
  await choose(page, form.locator('#cf-result'), /^数字$/);
  await form.locator('#cf-formula').fill('stars * 2');
  await button(form, '保存').click();
  await expect(form.getByRole('alert')).toContainText('是否指“star”');
  await form.locator('#cf-formula').fill('star * 2');
  await saved(page, formula);

  const made = await api.post('/customers', { name: unique('宿州公式'), star: 2 });
  await openRecord(page, 'customers', made.id);
  await expect(fieldValue(page, serial)).toHaveText(/^DA-\d{6}$/);
  await expect(fieldValue(page, formula)).toHaveText('4');
  const given = await fieldValue(page, serial).textContent();
  await api.patch(`/customers/${made.id}`, { star: 5 });
  await expect(fieldValue(page, formula)).toHaveText('10');
  await expect(fieldValue(page, serial)).toHaveText(given!);
});

test('a file rests in a field of its own and among the attachments, and comes back as it was', async ({ page, api }) => {
  const label = unique('营业执照');
  await page.goto('/admin/fields?entity=customers');
  await newField(page, label, '文件');
  await saved(page, label);
  const made = await api.post('/customers', { name: unique('蚌埠附件') });
  await openRecord(page, 'customers', made.id);
  await button(page.locator('.record-head'), '编辑').click();
  const contract = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
  await drawer(page).getByLabel(label).setInputFiles({ name: '执照.pdf', mimeType: 'application/pdf', buffer: contract });
  await expect(drawer(page).getByRole('link', { name: '执照.pdf' })).toBeVisible();
  await button(drawer(page), '保存').click();
  await expect(fieldValue(page, label)).toContainText('执照.pdf');
  const back = page.waitForEvent('download');
  await fieldValue(page, label).getByRole('link').click();
  expect(readFileSync(await (await back).path())).toEqual(contract);

  await page.getByRole('tab', { name: '附件' }).click();
  const notes = Buffer.from('第一行\n第二行\n');
  await page.locator('.record-panel input[type=file]').setInputFiles({ name: '会议记录.txt', mimeType: 'text/plain', buffer: notes });
  const row = page.locator('.record-panel').getByRole('row', { name: /会议记录\.txt/ });
  await expect(row).toBeVisible();
  const again = page.waitForEvent('download');
  await row.getByRole('link').first().click();
  expect(readFileSync(await (await again).path())).toEqual(notes);
});
