import { expect, test, unique } from './support/test';
import { button, choose, dialog, openRecord } from './support/ui';

test('who leaves is disabled with the work shown beforehand, handed to a colleague, and taken back as one change', async ({ page, api }) => {
  const [leaver, heir] = [unique('离职'), unique('接手')];
  const user = await api.post('/users', { name: leaver });
  const next = await api.post('/users', { name: heir });
  const company = await api.post('/customers', { name: unique('镇江移交'), owner: user.id });
  const person = await api.post('/customers', { name: unique('周'), kind: 'person', owner: user.id });
  const contact = await api.post('/contacts', { name: unique('王'), customer: company.id, owner: user.id });
  const owners = async () => {
    const held = [`/customers/${company.id}`, `/customers/${person.id}`, `/contacts/${contact.id}`];
    return Promise.all(held.map(async (path) => ((await api.get(path)).owner as { title: string }).title));
  };
  await openRecord(page, 'users', user.id);
  await button(page, '停用并移交').click();
  const ask = dialog(page);
  await expect(ask).toContainText('客户 2 条');
  await expect(ask).toContainText('单位 1，个人 1');
  await expect(ask).toContainText('联系人 1 条');
  // Nobody is left holding work by a slip: without a receiver the dialog says what would happen.
  await expect(ask).toContainText('3 条记录会留在停用的账号名下');
  await choose(page, ask.locator('#to'), heir, heir);
  await expect(ask).not.toContainText('会留在停用的账号名下');
  await button(ask, '停用并移交').click();
  await expect(page.getByText(`已停用“${leaver}”，移交 3 条记录`)).toBeVisible();
  await expect(button(page, '启用账号')).toBeVisible();
  expect(await owners()).toEqual([heir, heir, heir]);
  expect(await api.get(`/users/${user.id}`)).toMatchObject({ status: 'disabled' });

  await page.getByRole('tab', { name: '历史' }).click();
  await page.locator('.events > li').filter({ hasText: '停用并移交' }).getByRole('button', { name: '撤销' }).click();
  await button(dialog(page), '撤销').click();
  await expect(button(page, '停用并移交')).toBeVisible();
  expect(await owners()).toEqual([leaver, leaver, leaver]);
  expect(await api.get(`/users/${next.id}`)).toMatchObject({ status: 'active' });
});
