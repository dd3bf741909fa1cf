import { expect, test, unique } from './support/test';
import { button, choose, drawer, fieldValue, openRecord } from './support/ui';

test.describe('a document with lines', () => {
  test.use({ as: 'admin' });

  test('is defined, filled in, changed, told in words and taken back', async ({ page, apiAs }) => {
    const api = await apiAs('admin');
    const tag = unique('items').toLowerCase();
    const label = `采购明细${tag}`;
    await page.goto('/admin/fields?entity=customers');
    await page.getByRole('button', { name: '新建字段' }).click();
    const form = drawer(page);
    await form.locator('#cf-label').fill(label);
    await form.locator('#cf-name').fill(tag);
    await choose(page, form.locator('#cf-kind'), /^明细$/, '明细');
    await form.getByLabel('名称 1', { exact: true }).fill('品名');
    await form.getByLabel('字段名 1', { exact: true }).fill('item');
    await form.getByRole('button', { name: '添加列' }).click();
    await form.getByLabel('名称 2', { exact: true }).fill('数量');
    await form.getByLabel('字段名 2', { exact: true }).fill('count');
    await choose(page, form.getByLabel('类型 2', { exact: true }), /^整数$/);
    await button(form, '保存').click();
    await expect(page.getByRole('cell', { name: label })).toBeVisible();

    const made = await api.post('/customers', { name: `${unique('无锡明细')}有限公司` });
    await openRecord(page, 'customers', made.id);
    await button(page.locator('.record-head'), '编辑').click();
    const edit = drawer(page);
    const group = edit.getByRole('group', { name: label });
    await group.getByRole('button', { name: '添加一行' }).click();
    await group.getByLabel('第 1 行 品名').fill('牛奶');
    await group.getByLabel('第 1 行 品名').press('Tab');
    await expect(group.getByLabel('第 1 行 数量')).toBeFocused();
    await group.getByLabel('第 1 行 数量').fill('x');
    await group.getByLabel('第 1 行 数量').press('Enter');
    await group.getByLabel('第 2 行 品名').fill('酸奶');
    await group.getByLabel('第 2 行 数量').fill('5');
    await button(edit, '保存').click();
    await expect(group.getByText('请输入整数')).toBeVisible();
    await group.getByLabel('第 1 行 数量').fill('2');
    await button(edit, '保存').click();
    const rows = fieldValue(page, label).locator('tbody tr');
    await expect(rows).toHaveText([/1牛奶2/, /2酸奶5/]);

    await button(page.locator('.record-head'), '编辑').click();
    await drawer(page).getByRole('group', { name: label }).getByLabel('第 2 行 数量').fill('8');
    await button(drawer(page), '保存').click();
    await expect(rows.nth(1)).toHaveText(/酸奶8/);
    await page.getByRole('tab', { name: '历史' }).click();
    await expect(page.getByText('修改第 2 行：数量 5 → 8')).toBeVisible();
    await page.getByRole('button', { name: '撤销' }).first().click();
    await button(page.locator('.ant-modal').last(), /撤销/).click();
    await expect.poll(async () => JSON.stringify((await api.get(`/customers/${made.id}`))[`x_${tag}`])).toContain('"5"');
  });
});
