import { Api } from './support/api';
import { expect, test, unique } from './support/test';
import { PASSWORD } from './support/server';
import { button, choose, drawer, fieldValue, openList, openRecord, titles } from './support/ui';

test('a department is made, a user in it by the three steps, who sets a password by the one-time link and signs in', async ({
  page,
  browser,
  baseURL,
}) => {
  test.slow();
  const department = unique('华中销售部');
  await page.goto('/admin/people');
  await button(page, '新建部门').click();
  const form = drawer(page);
  await form.locator('#f-name').fill(department);
  await button(form, '保存').click();
  await expect(page.getByRole('heading', { level: 2, name: department })).toBeVisible();

  await button(page, '新建用户').click();
  await button(page, '继续').click();
  await button(page, '保存').click();
  await expect(page.getByText('请填写姓名')).toBeVisible();
  const name = '欧阳明珠';
  await page.locator('#f-name').fill(name);
  await expect(page.locator('#f-login')).toHaveValue(/^ouymz\d*$/);
  await choose(page, page.locator('#f-superior'), '周建平', '周建平');
  await button(page, '继续').click();
  await expect(page.locator('.ant-select-selection-item, .ant-select-content').filter({ hasText: /业务员|销售/ }).first()).toBeVisible();
  await button(page, '继续').click();
  await expect(page.getByText('界面语言')).toBeVisible();
  await button(page, '保存').click();
  const note = page.getByRole('status').filter({ hasText: `已创建用户“${name}”` });
  await expect(note).toBeVisible();
  const login = /登录账号 (\w+)/.exec((await note.textContent())!)![1];
  await button(note, '获取设置密码的链接').click();
  const link = page.getByRole('textbox', { name: '一次性密码链接' });
  const path = new URL(await link.inputValue()).pathname;

  const context = await browser.newContext({ baseURL, locale: 'zh-CN' });
  const other = await context.newPage();
  await other.goto(path);
  await expect(other.getByText(name)).toBeVisible();
  const boxes = other.locator('input[type=password]');
  await boxes.nth(0).fill(PASSWORD);
  await boxes.nth(1).fill(PASSWORD);
  await other.keyboard.press('Enter');
  await expect(other.getByText('密码已设置，请登录')).toBeVisible();
  await other.goto('/login');
  await other.locator('#login').fill(login);
  await other.locator('#password').fill(PASSWORD);
  await other.keyboard.press('Enter');
  await expect(other.getByRole('heading', { level: 1 })).toContainText(name);
  // Used once, the link is worth nothing.
  await other.goto(path);
  await expect(other.getByText('链接无效或已使用')).toBeVisible();
  await context.close();
});

test('people are put into a sales territory on its page, and taken out', async ({ page, api }) => {
  const territory = await api.post('/territories', { name: unique('苏中区') });
  const [user] = await api.find('users', { login: 'liangxt' });
  await page.goto(`/admin/territories?territory=${territory.id}`);
  await choose(page, page.getByLabel('加入人员'), '梁晓彤', '梁晓彤');
  await expect(page.locator('.grid-data').filter({ hasText: '梁晓彤' })).toBeVisible();
  expect(await api.get(`/users/${user.id}`)).toMatchObject({ territory: { id: territory.id } });
  await page.locator('.grid-data').getByRole('checkbox').first().check();
  await button(page, '移出区域').click();
  await expect(page.getByText('这里没有人员')).toBeVisible();
  expect((await api.get(`/users/${user.id}`)).territory).toBeNull();
});

test('a wider scope for a role holds from the very next request, and the page of rights says why', async ({ page, api, apiAs }) => {
  test.slow();
  const title = unique('巡店');
  const role = await api.post('/roles', { name: title });
  await api.post('/role-grants', { role: role.id, entity: 'customer', verbs: ['see'], read_scope: 'own', write_scope: 'own' });
  const user = await api.post('/users', { name: unique('司徒') });
  await api.post('/user-roles', { user: user.id, role: role.id });
  const { result } = await api.post<{ result: { link: string } }>(`/users/${user.id}/reset-password`);
  await api.post(`/password-resets/${result.link.split('/reset/')[1]}`, { password: PASSWORD });
  const person = await Api.signIn(String(user.login));
  const seller = await apiAs('seller');
  const made = await seller.post('/customers', { name: unique('芜湖权限') });
  await expect(person.get(`/customers/${made.id}`)).rejects.toThrow('404');

  await page.goto(`/admin/explain?user=${user.id}&entity=customers&record=${made.id}`);
  const see = page.locator('.verdicts > li').filter({ hasText: '查看' }).first();
  await expect(see).toContainText('不可以');

  await page.goto('/admin/roles');
  await page.getByLabel('查找角色').fill(title);
  await page.getByRole('button', { name: new RegExp(title) }).click();
  await page.getByLabel('客户 可查看范围', { exact: true }).selectOption('all');
  await expect.poll(async () => (await api.find('role-grants', { role: role.id }))[0].read_scope).toBe('all');
  expect(await person.get(`/customers/${made.id}`)).toMatchObject({ name: made.name });

  await page.goto(`/admin/explain?user=${user.id}&entity=customers&record=${made.id}`);
  await expect(see).toContainText('可以');
  await expect(see).toContainText(title);
  await expect(page.locator('.verdicts > li').filter({ hasText: '编辑' }).first()).toContainText('不可以');
  await person.close();
});

test('what a role has for everything stands ticked and grey beside each module, until the module is set apart', async ({ page, api }) => {
  const title = unique('总览');
  const role = await api.post('/roles', { name: title });
  await api.post('/role-grants', { role: role.id, entity: '*', verbs: ['see', 'export'], read_scope: 'all', write_scope: 'own' });
  await page.goto(`/admin/roles?role=${role.id}`);
  const customers = page.locator('.matrix tr').filter({ has: page.getByRole('button', { name: '客户: 单独设置', exact: true }) });
  const [see, edit] = ['查看', '编辑'].map((verb) => customers.getByLabel(`客户 ${verb}`, { exact: true }));
  await expect(see).toBeChecked();
  await expect(see).toBeDisabled();
  await expect(edit).not.toBeChecked();
  await expect(customers).toContainText('全部');
  await button(page, '客户: 单独设置').click();
  const own = page.getByLabel('客户 编辑', { exact: true });
  await expect(own).toBeEnabled();
  await own.click();
  await expect
    .poll(async () => (await api.find('role-grants', { role: role.id, entity: 'customer' })).map((grant) => [grant.verbs, grant.read_scope]))
    .toEqual([[['edit', 'export', 'see'], 'all']]);
  await page.getByRole('button', { name: '客户: 改回跟随' }).click();
  await expect(see).toBeDisabled();
  await expect.poll(async () => await api.find('role-grants', { role: role.id, entity: 'customer' })).toHaveLength(0);
  // What roles do not decide says who does.
  await expect(page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '部门', exact: true }) })).toContainText('不由勾选授予');
});

test('a field of one’s own is added and at once stands in the form, on the record, in the list and in filters', async ({ page, api }) => {
  test.slow();
  const label = unique('冷库容积');
  await page.goto('/admin/fields?entity=customers');
  await button(page, '新建字段').click();
  const form = drawer(page);
  await form.getByLabel(/^\*?名称$/).fill(label);
  await form.locator('#cf-name').fill(`volume_${Date.now().toString(36)}`);
  await choose(page, form.locator('#cf-kind'), /^整数$/, '整数');
  await form.getByRole('checkbox', { name: '显示在列表' }).check();
  await button(form, '保存').click();
  await expect(page.locator('.row-table')).toContainText(label);

  const name = unique('安庆冷链');
  await openList(page, 'customers', '?view=all');
  await expect(page.locator('.grid [role=columnheader]').filter({ hasText: label })).toHaveCount(1);
  await page.locator('.top-bar .quick-create').click();
  await drawer(page).locator('#f-name').fill(name);
  await drawer(page).getByLabel(label).fill('1200');
  await button(drawer(page), '保存').click();
  await expect(page.getByText(`已创建“${name}”`)).toBeVisible();
  const [made] = await api.find('customers', { name });
  await openRecord(page, 'customers', made.id);
  await expect(fieldValue(page, label)).toHaveText(/1,?200/);

  await openList(page, 'customers', '?view=all');
  await button(page, '筛选').click();
  await button(page, '添加条件').click();
  const panel = page.locator('.filter-panel');
  await choose(page, panel.getByLabel('字段').first(), label, label);
  await choose(page, panel.getByLabel('条件').first(), '不为空');
  await expect(titles(page)).toHaveText([name]);
});

test('who signed in and what was taken out is told beside the change log', async ({ page, apiAs }) => {
  const me = await apiAs('admin');
  const name = unique('盐城读取');
  await me.post('/customers', { name: `${name}有限公司` });
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(name)}`);
  const file = page.waitForEvent('download');
  await page.locator('.list-head').getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '导出全部（CSV）' }).click();
  await file;
  await page.goto('/changes');
  await page.getByRole('tab', { name: '读取记录' }).click();
  const newest = page.locator('tbody tr').first();
  await expect(newest).toContainText('导出客户 1 行');
  await expect(newest).toContainText(`搜索“${name}”`);
  await choose(page, page.getByLabel('类型'), '登录');
  await expect(newest).toContainText('127.0.0.1');
});
