import type { Rec } from './support/api';
import { expect, people, test, unique } from './support/test';
import { button, choose, dialog, openRecord, tick } from './support/ui';

const idOf = (rec: Rec, field: string) => (rec[field] as { id: string } | null)?.id;

// ORG-35
test('who moves to another department is asked for superior, role and data in one step', async ({ page, api }) => {
  const [name, heir] = [unique('调动'), unique('接手')];
  const [from] = await api.find('departments', { name: '华东销售部' });
  const [to] = await api.find('departments', { name: '华南销售部' });
  const user = await api.post('/users', { name, department: from.id });
  const next = await api.post('/users', { name: heir, department: from.id });
  const held = await api.post('/customers', { name: unique('徐州调动'), owner: user.id });
  await page.goto(`/admin/people?q=${encodeURIComponent(name)}`);
  await tick(page, name);
  await button(page, '调到部门…').click();
  const ask = dialog(page);
  await choose(page, ask.locator('#move-department'), '华南销售部', '华南');
  await expect(ask.locator('.ant-select').nth(1)).toContainText('黄俊杰');
  await ask.getByText('移交给他人').click();
  await choose(page, ask.locator('#move-to'), heir, heir);
  await button(ask, '调动').click();
  await expect(page.getByText('已处理 1 条')).toBeVisible();
  const moved = await api.get(`/users/${user.id}`);
  expect([idOf(moved, 'department'), idOf(moved, 'superior')]).toEqual([to.id, idOf(to, 'leader')]);
  expect(idOf(await api.get(`/customers/${held.id}`), 'owner')).toBe(next.id);
});

// ORG-35
test('a department changed in the form asks what else changes, and all of it is one change', async ({ page, api }) => {
  const name = unique('改部门');
  const [from] = await api.find('departments', { name: '华东销售部' });
  const user = await api.post('/users', { name, department: from.id });
  await openRecord(page, 'users', user.id);
  await button(page, '编辑').click();
  const form = page.locator('.ant-drawer').last();
  await form.locator('#f-mobile').fill('13912345601');
  await choose(page, page.locator('#f-department'), '华南销售部', '华南');
  const ask = dialog(page);
  // Given up, the form is as it was and nothing is saved.
  await button(form, '保存').click();
  await button(ask, '取消').click();
  await expect(form.locator('#f-mobile')).toHaveValue('13912345601');
  expect((await api.get(`/users/${user.id}`)).mobile).toBeNull();
  await button(form, '保存').click();
  await expect(ask).toContainText(`调动“${name}”`);
  await expect(ask.locator('.ant-select').nth(1)).toContainText('黄俊杰');
  expect((await api.get(`/users/${user.id}`)).department).toMatchObject({ title: '华东销售部' });
  await button(ask, '调动').click();
  await expect(page.getByText(`“${name}”已调至华南销售部`).last()).toBeVisible();
  const { items } = await api.get<{ items: { change_set: string; changes: { field: string }[] }[] }>(`/users/${user.id}/history`);
  const changed = items.filter((item) => item.change_set === items[0].change_set).flatMap((item) => item.changes.map((change) => change.field));
  expect(changed.sort()).toEqual(['department', 'mobile', 'superior']);
  await api.post(`/changes/${items[0].change_set}/undo`);
  expect(await api.get(`/users/${user.id}`)).toMatchObject({ mobile: null, department: { title: '华东销售部' }, superior: null });
});

// ORG-07
test('a batch of users is checked step by step and keeps its links until the wizard is left', async ({ page }) => {
  const [first, second] = [unique('批甲'), unique('批乙')];
  await page.goto('/admin/users/new');
  await button(page, '继续').click();
  await expect(page.getByText('请填写姓名')).toBeVisible();
  await expect(page.getByText('界面语言')).toHaveCount(0);
  // The role of a seller asks for nothing more; what is wrong stays with its step.
  await page.locator('#f-name').fill(first);
  await button(page, '保存和新建').click();
  await expect(page.getByRole('heading', { name: '本批新建的账号（1）' })).toBeVisible();
  await expect(page.locator('#f-name')).toHaveValue('');
  await page.locator('#f-name').fill(second);
  await page.locator('#f-email').fill('x');
  await button(page, '继续').click();
  await expect(page.getByText('邮箱格式不正确')).toBeVisible();
  await page.locator('#f-email').fill('');
  await button(page, '继续').click();
  await button(page, '保存').click();
  await expect(page.getByRole('heading', { name: '本批新建的账号（2）' })).toBeVisible();
  for (const name of [first, second]) await expect(page.getByRole('textbox', { name: `${name}设置密码的链接` })).toHaveValue(/\/reset\//);
  await button(page, '完成').click();
  await expect(page).toHaveURL(/\/admin\/users/);
});

// ORG-01
test('the company has an e-mail and a contact, and chooses its currency and time zone', async ({ page, api }) => {
  await page.goto('/admin/company');
  await page.locator('#f-email').fill('office@chunyi.example.cn');
  await page.locator('#f-contact_person').fill('陈国华');
  await choose(page, page.locator('#f-time_zone'), /^Asia\/Urumqi/, 'Urumqi');
  await button(page, '保存').click();
  await expect(page.getByText('已保存')).toBeVisible();
  const [company] = await api.find('organisations', {});
  expect(await api.get(`/organisations/${company.id}`)).toMatchObject({ email: 'office@chunyi.example.cn', contact_person: '陈国华', time_zone: 'Asia/Urumqi' });
  await api.patch(`/organisations/${company.id}`, { time_zone: 'Asia/Shanghai' });
});

test.describe('a superior', () => {
  test.use({ as: 'manager' });

  // POL-14
  test('hands over the work of the own people, seen beforehand, and of nobody else', async ({ page, api }) => {
    const name = unique('下属');
    const [boss] = await api.find('users', { login: people.manager.login });
    const user = await api.post('/users', { name, department: idOf(boss, 'department'), superior: boss.id });
    const held = await api.post('/customers', { name: unique('镇江下属'), owner: user.id });
    await openRecord(page, 'users', user.id);
    await expect(button(page, '重置密码')).toHaveCount(0);
    await button(page, '移交工作').click();
    const ask = dialog(page);
    await expect(ask).toContainText('客户 1 条');
    await choose(page, ask.locator('#to'), people.seller.name, people.seller.name);
    await button(ask, '移交').click();
    await expect(page.getByText('已移交 1 条记录')).toBeVisible();
    expect((await api.get(`/customers/${held.id}`)).owner).toMatchObject({ title: people.seller.name });
    const [stranger] = await api.find('users', { login: people.stranger.login });
    await openRecord(page, 'users', stranger.id);
    await expect(button(page, '移交工作')).toHaveCount(0);
  });
});
