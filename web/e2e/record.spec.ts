import { Api } from './support/api';
import { PASSWORD } from './support/server';
import { expect, people, test, unique } from './support/test';
import { button, choose, dialog, drawer, fieldValue, openList, openRecord, recordMenu, titles } from './support/ui';

test.describe('a customer', () => {
  test.use({ as: 'seller' });

  test('is created from the bar, with a warning of the one that is already there', async ({ page, apiAs }) => {
    const me = await apiAs('seller');
    const stem = unique('泰州鸿运');
    const known = await me.post('/customers', { name: `${stem}物流有限公司` });
    await openList(page, 'customers');
    await page.locator('.top-bar .quick-create').click();
    const form = drawer(page);
    await button(form, '保存').click();
    await expect(form.getByText('请填写客户名称')).toBeVisible();
    await form.locator('#f-name').fill(String(known.name));
    const warning = form.locator('.duplicates');
    await expect(warning).toContainText('可能重复');
    await expect(warning).toContainText(String(known.name));
    await expect(warning).toContainText(people.seller.name);

    const name = `${stem}货运代理有限公司`;
    await form.locator('#f-name').fill(name);
    await form.locator('#f-phone').fill('abc');
    await button(form, '保存').click();
    await expect(form.getByText('电话号码格式不正确')).toBeVisible();
    await form.locator('#f-phone').fill('0523-86661234');
    await form.locator('#f-region').click();
    for (const place of ['江苏省', '泰州市', '靖江市']) await page.locator('.ant-cascader-menu-item', { hasText: place }).click();
    await choose(page, form.locator('#f-industry'), '物流运输');
    await button(form, '保存').click();
    await expect(page.getByText(`已创建“${name}”`)).toBeVisible();
    const [made] = await me.find('customers', { name });
    expect(made).toMatchObject({ phone: '0523-86661234', region: '321282', owner: { title: people.seller.name } });
  });

  test('that two people change at once asks which value to keep', async ({ page, apiAs }) => {
    const me = await apiAs('seller');
    const made = await me.post('/customers', { name: unique('无锡两人同改'), phone: '0510-10000001', remark: '原来' });
    await openRecord(page, 'customers', made.id);
    await button(page.locator('.record-head'), '编辑').click();
    const form = drawer(page);
    await expect(form.locator('#f-name')).toHaveValue(String(made.name));
    const admin = await apiAs('admin');
    await admin.patch(`/customers/${made.id}`, { phone: '0510-20000002' });
    await form.locator('#f-phone').fill('0510-30000003');
    await form.locator('#f-remark').fill('我的备注');
    await button(form, '保存').click();
    const conflict = page.locator('.ant-modal', { hasText: '这条记录刚被别人修改' });
    await expect(conflict).toContainText(people.admin.name);
    await expect(conflict).toContainText('0510-20000002');
    await expect(conflict).toContainText('0510-30000003');
    await button(conflict, '按选择保存').click();
    await expect(conflict).toBeHidden();
    await expect(fieldValue(page, '电话')).toHaveText('0510-30000003');
    expect(await me.get(`/customers/${made.id}`)).toMatchObject({ phone: '0510-30000003', remark: '我的备注' });
  });

  test('shows how it stood before, and who may see it and why', async ({ page, apiAs }) => {
    const me = await apiAs('seller');
    const made = await me.post('/customers', { name: unique('常州回看'), phone: '0519-11110000' });
    await new Promise((next) => setTimeout(next, 1_100));
    await me.patch(`/customers/${made.id}`, { phone: '0519-22220000' });
    await openRecord(page, 'customers', made.id);
    await expect(fieldValue(page, '电话')).toHaveText('0519-22220000');
    await page.getByRole('tab', { name: '历史' }).click();
    await button(page.locator('.events'), '回看此时').last().click();
    await expect(page).toHaveURL(/as_of=/);
    await page.getByRole('tab', { name: '详情' }).click();
    await expect(fieldValue(page, '电话')).toHaveText('0519-11110000');
    await expect(page.locator('.field-differs', { hasText: '电话' })).toContainText('0519-22220000');
    await expect(button(page.locator('.record-head'), '编辑')).toHaveCount(0);
    await button(page, '回到现在').click();
    await expect(fieldValue(page, '电话')).toHaveText('0519-22220000');

    await recordMenu(page, '为什么能看到');
    const panel = drawer(page);
    await expect(panel.locator('.verdicts')).toContainText('查看');
    await expect(panel.locator('.verdicts li').first()).toContainText('可以');
    await expect(panel.locator('.verdicts li li').first()).not.toBeEmpty();
  });

  test('is edited where it stands', async ({ page, apiAs }) => {
    const me = await apiAs('seller');
    const made = await me.post('/customers', { name: unique('镇江原地修改'), email: 'a@example.com' });
    await openRecord(page, 'customers', made.id);
    await page.locator('.field-item', { hasText: '电子邮箱' }).hover();
    await button(page, '编辑 电子邮箱').click();
    await page.locator('#inline-email').fill('bad');
    await page.keyboard.press('Enter');
    await expect(page.getByText('邮箱格式不正确')).toBeVisible();
    await page.locator('#inline-email').fill('b@example.com');
    await page.keyboard.press('Enter');
    await expect(fieldValue(page, '电子邮箱')).toHaveText('b@example.com');
  });
});

test('a deleted customer waits in the recycle bin and comes back', async ({ page, api }) => {
  const made = await api.post('/customers', { name: unique('盐城回收') });
  const name = String(made.name);
  await openRecord(page, 'customers', made.id);
  await recordMenu(page, '删除');
  await button(dialog(page), '删除').click();
  await expect(page).toHaveURL(/\/e\/customers$/);
  await expect(page.getByText('已移入回收站')).toBeVisible();
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(name)}`);
  await expect(page.getByText('没有符合条件的记录')).toBeVisible();

  await page.goto('/bin?entity=customers');
  await page.getByLabel('在列表中搜索').fill(name);
  await expect(titles(page)).toHaveText([name]);
  await page.locator('.grid-data').getByRole('checkbox').check();
  await button(page, '恢复选中的 1 条').click();
  await expect(page.getByText('已恢复 1 条')).toBeVisible();
  await expect(page.getByText('回收站是空的')).toBeVisible();
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(name)}`);
  await expect(titles(page)).toHaveText([name]);
  expect(await api.get(`/customers/${made.id}`)).toMatchObject({ deleted_at: null });
});

test('a masked number is masked everywhere: on the record, in the list, in its history, in what the server sends', async ({ page, api }) => {
  const role = await api.post('/roles', { name: unique('脱敏') });
  await api.post('/role-grants', { role: role.id, entity: 'customer', verbs: ['see'], read_scope: 'all', write_scope: 'none' });
  await api.post('/role-fields', { role: role.id, entity: 'customer', field: 'mobile', right: 'masked' });
  const user = await api.post('/users', { name: unique('公孙') });
  await api.post('/user-roles', { user: user.id, role: role.id });
  const { result } = await api.post<{ result: { link: string } }>(`/users/${user.id}/reset-password`);
  await api.post(`/password-resets/${result.link.split('/reset/')[1]}`, { password: PASSWORD });
  const made = await api.post('/customers', { name: unique('马鞍山脱敏'), mobile: '13912345678' });

  const reader = await Api.signIn(String(user.login));
  const sent = await Promise.all([`/customers/${made.id}`, `/customers/${made.id}/history`, `/customers/${made.id}/timeline`].map((p) => reader.get(p)));
  expect(JSON.stringify(sent)).not.toContain('13912345678');
  await page.context().clearCookies();
  await page.context().addCookies((await reader.state()).cookies);
  await openRecord(page, 'customers', made.id);
  await expect(fieldValue(page, '手机')).toContainText('139****5678');
  await page.getByRole('tab', { name: '历史' }).click();
  await expect(page.locator('.events')).toContainText('139****5678');
  await expect(page.locator('.events')).not.toContainText('13912345678');
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(String(made.name))}&cols=name,mobile`);
  await expect(page.locator('.grid-data')).toContainText('139****5678');
  await reader.close();
});
