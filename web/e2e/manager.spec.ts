import type { Rec } from './support/api';
import { expect, people, test, unique } from './support/test';
import { button, choose, dialog, openList, openRecord, tick, titles } from './support/ui';

test.use({ as: 'manager' });

test('a manager sees the customers of the department, a seller of another does not', async ({ page, apiAs, open }) => {
  const me = await apiAs('seller');
  const made = await me.post('/customers', { name: unique('徐州部门可见') });
  const name = String(made.name);
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(name)}`);
  await expect(titles(page)).toHaveText([name]);
  await expect(page.locator('.grid-data')).toContainText(people.seller.name);

  const stranger = await open('stranger');
  await openList(stranger, 'customers', `?view=all&q=${encodeURIComponent(name)}`);
  await expect(stranger.getByText('没有符合条件的记录')).toBeVisible();
  await stranger.goto(`/e/customers/${made.id}`);
  await expect(stranger.getByText('记录不存在，或您无权查看')).toBeVisible();
});

test('a bulk edit is one change, and the change log takes it back as a whole', async ({ page, apiAs }) => {
  const me = await apiAs('seller');
  const stem = unique('淮安批量');
  const made: Rec[] = [];
  for (const end of ['一', '二', '三']) made.push(await me.post('/customers', { name: `${stem}${end}`, star: 1 }));
  const names = made.map((m) => String(m.name));
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(stem)}`);
  await expect(titles(page)).toHaveCount(3);
  await tick(page, names[0], names[2]);
  await expect(page.getByText('已选 2 条')).toBeVisible();
  await button(page, '批量修改').click();
  await choose(page, dialog(page).locator('#bulk-fields'), /^星级$/, '星级');
  await page.keyboard.press('Escape');
  await choose(page, dialog(page).locator('#bulk-star'), /^★★★★★/);
  await button(dialog(page), '保存').click();
  await expect(page.getByText('已处理 2 条')).toBeVisible();
  const stars = async () => Promise.all(made.map(async (m) => (await me.get(`/customers/${m.id}`)).star));
  expect(await stars()).toEqual(['5', '1', '5']);

  await page.goto('/changes');
  const row = page.locator('tbody tr').filter({ hasText: people.manager.name }).filter({ hasText: '客户 2' }).first();
  await row.getByRole('link').click();
  await expect(page.locator('.events')).toContainText(names[0]);
  await expect(page.locator('.events')).toContainText(names[2]);
  await button(page.locator('.page-bar'), '撤销').click();
  await expect(dialog(page)).toContainText('将撤销 2 处修改');
  await button(dialog(page), '撤销').click();
  await expect(page.getByText('已撤销 2 处修改')).toBeVisible();
  await expect(page.locator('.key-strip')).toContainText('已撤销');
  expect(await stars()).toEqual(['1', '1', '1']);
});

test('what changed since is named as a conflict and left alone by an undo', async ({ page, apiAs }) => {
  const me = await apiAs('seller');
  const manager = await apiAs('manager');
  const made = await me.post('/customers', { name: unique('宿迁冲突'), phone: '0527-1000001' });
  await manager.patch(`/customers/${made.id}`, { phone: '0527-1000002', remark: '经理批注' });
  await me.patch(`/customers/${made.id}`, { phone: '0527-1000003' });
  await openRecord(page, 'customers', made.id);
  await page.getByRole('tab', { name: '历史' }).click();
  const entry = page.locator('.events > li').filter({ hasText: '经理批注' });
  await button(entry, '撤销').click();
  await expect(dialog(page)).toContainText('1 处无法撤销');
  await expect(dialog(page)).toContainText('电话');
  await button(dialog(page), '撤销').click();
  await expect(page.getByText('已撤销 1 处修改')).toBeVisible();
  expect(await me.get(`/customers/${made.id}`)).toMatchObject({ phone: '0527-1000003', remark: null });
});

test.describe('an administrator', () => {
  test.use({ as: 'admin' });

  test('two customers become one with everything that hangs on them, and come apart again', async ({ page, api }) => {
    test.slow();
    const stem = unique('扬州合并');
    const left = await api.post('/customers', { name: `${stem}甲`, phone: '0514-1111111', owner: null });
    const right = await api.post('/customers', { name: `${stem}乙`, email: 'yi@example.com', phone: '0514-2222222', owner: null });
    const contact = await api.post('/contacts', { name: '卜一鸣', customer: right.id });
    await openList(page, 'customers', `?view=all&q=${encodeURIComponent(stem)}`);
    await tick(page, `${stem}甲`, `${stem}乙`);
    await button(page.locator('.bulk-bar'), '更多').click();
    await page.getByRole('menuitem', { name: '合并' }).click();
    await expect(dialog(page)).toContainText('一并转移');
    await dialog(page).getByRole('radio', { name: `${stem}甲` }).first().check();
    await dialog(page).getByRole('radio', { name: '0514-2222222' }).check();
    await button(dialog(page), '合并').click();
    await expect(page.getByText('2 条记录已合并为一条')).toBeVisible();
    await expect(titles(page)).toHaveText([`${stem}甲`]);
    expect(await api.get(`/customers/${left.id}`)).toMatchObject({ phone: '0514-2222222', email: 'yi@example.com' });
    expect(await api.get(`/contacts/${contact.id}`)).toMatchObject({ customer: { id: left.id } });

    // A link to the one that is gone leads to the one that stayed.
    await page.goto(`/e/customers/${right.id}`);
    await expect(page).toHaveURL(new RegExp(`/e/customers/${left.id}$`));

    await page.getByRole('tab', { name: '历史' }).click();
    await button(page.locator('.events > li').first(), '撤销').click();
    await button(dialog(page), '撤销').click();
    await expect(page.getByText(/已撤销 \d+ 处修改/)).toBeVisible();
    expect(await api.get(`/customers/${left.id}`)).toMatchObject({ phone: '0514-1111111', email: null });
    expect(await api.get(`/customers/${right.id}`)).toMatchObject({ id: right.id, name: `${stem}乙`, deleted_at: null });
    expect(await api.get(`/contacts/${contact.id}`)).toMatchObject({ customer: { id: right.id } });
  });
});
