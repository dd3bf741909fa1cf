import { expect, test } from './support/test';
import { button, choose, drawer, openList, openRecord, titles } from './support/ui';

test('an object of one’s own is made, given fields and granted; a seller keeps records in it and finds them at the customer', async ({
  page,
  open,
  api,
  apiAs,
}) => {
  test.slow();
  const name = `device_${Date.now().toString(36)}`;
  const entity = `x-${name.replace('_', '-')}`;
  const seller = await apiAs('seller');
  const customer = await seller.post('/customers', { name: `滁州灌装${Date.now() % 10_000}有限公司` });

  await page.goto('/admin/objects');
  await button(page, '新建对象').click();
  const form = drawer(page);
  await form.locator('#co-label').fill('设备');
  await form.locator('#co-name').fill('Not a name');
  await button(form, '保存').click();
  await expect(form.getByRole('alert')).toContainText('小写英文');
  await form.locator('#co-name').fill(name);
  await form.locator('#co-title_label').fill('设备名称');
  await form.getByRole('checkbox', { name: '自动编号' }).check();
  await form.locator('#cf-prefix').fill('SB');
  await choose(page, form.locator('#co-grant-own'), '销售人员', '销售人员');
  await page.keyboard.press('Escape');
  await button(form, '保存').click();
  const note = page.getByRole('status').filter({ hasText: '已创建“设备”' });
  await note.getByRole('link', { name: '接着添加字段' }).click();

  for (const [label, field, kind, more] of [
    ['所在客户', 'customer', '关联记录', '客户'],
    ['启用日期', 'started', '日期', ''],
    ['功率', 'power', '整数', ''],
  ]) {
    await button(page, '新建字段').click();
    await drawer(page).getByLabel(/^\*?名称$/).fill(label);
    await drawer(page).locator('#cf-name').fill(field);
    await choose(page, drawer(page).locator('#cf-kind'), new RegExp(`^${kind}$`), kind);
    if (more) await choose(page, drawer(page).locator('#cf-target'), new RegExp(`^${more}$`), more);
    await drawer(page).getByRole('checkbox', { name: '显示在列表' }).check();
    await button(drawer(page), '保存').click();
    await expect(page.locator('.row-table')).toContainText(label);
  }

  const theirs = await open('seller');
  await theirs.goto('/');
  await theirs.locator('.side-nav').getByRole('link', { name: '设备', exact: true }).click();
  await expect(theirs.locator('.list-body .empty-state')).toBeVisible();
  await button(theirs.locator('.list-head'), /新建/).click();
  const entry = drawer(theirs);
  await entry.getByLabel(/^\*?设备名称$/).fill('旋盖封口机');
  await choose(theirs, entry.locator('#f-x_customer'), String(customer.name), String(customer.name));
  await entry.locator('#f-x_power').fill('1500');
  await button(entry, '保存').click();
  await expect(theirs.getByText('已创建“旋盖封口机”')).toBeVisible();
  await openList(theirs, entity);
  await expect(titles(theirs)).toHaveText(['旋盖封口机']);
  await expect(theirs.locator('.grid-data').first()).toContainText('SB000001');

  // Found by initials, from anywhere.
  await theirs.goto('/');
  await theirs.getByRole('combobox', { name: /搜索/ }).first().fill('xgfkj');
  await theirs.getByRole('option').filter({ hasText: '旋盖封口机' }).click();
  await expect(theirs.getByRole('heading', { level: 1 })).toContainText('旋盖封口机');
  await openRecord(theirs, 'customers', customer.id);
  await theirs.getByRole('tab', { name: /^设备/ }).click();
  await expect(theirs.getByRole('tabpanel')).toContainText('旋盖封口机');

  // Out of use it is gone for everybody, and comes back with what it held.
  await page.goto('/admin/objects');
  const row = page.locator('.row-table tr').filter({ hasText: `x_${name}` });
  await button(row, '停用').click();
  await button(page.locator('.ant-modal').last(), '停用').click();
  await expect(row).toContainText('已停用');
  await expect(theirs.locator('.side-nav').getByRole('link', { name: '设备', exact: true })).toHaveCount(0);
  await expect(api.get(`/${entity}`)).rejects.toThrow('404');
  await button(row, '恢复').click();
  await expect(row).not.toContainText('已停用');
  await openList(theirs, entity);
  await expect(titles(theirs)).toHaveText(['旋盖封口机']);
});
