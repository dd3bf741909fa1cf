import { expect, people, test, unique } from './support/test';
import { button, dialog, openRecord } from './support/ui';

test.use({ as: 'seller' });

test('a customer of the pool is claimed, shows its days left and why, and is given up with a reason', async ({ page, api }) => {
  const name = unique('苏州公海');
  const made = await api.post('/customers', { name, owner: null });
  await page.goto('/pools');
  await page.getByLabel('在列表中搜索').fill(name);
  await button(page, `领取 ${name}`).click();
  await expect(page.getByText(`已领取“${name}”`)).toBeVisible();
  await page.getByRole('button', { name: '记跟进' }).last().click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByRole('tab', { name: '跟进', exact: true })).toHaveAttribute('aria-selected', 'true');

  const card = page.getByRole('region', { name: '保护', exact: true });
  await expect(card).toContainText('保护中');
  await expect(card).toContainText(/还剩 \d+ 天/);
  await expect(card).toContainText(/至 \d{4}-\d\d-\d\d/);
  await expect(card.locator('.protection-why')).not.toBeEmpty();
  expect(await api.get(`/customers/${made.id}`)).toMatchObject({ owner: { title: people.seller.name } });

  await button(card, '放弃客户').click();
  await button(dialog(page), '放弃客户').click();
  await expect(dialog(page).getByText('请填写放弃原因')).toBeVisible();
  await dialog(page).getByLabel(/放弃原因/).fill('客户已迁往外地，不再需要我们的产品');
  await button(dialog(page), '放弃客户').click();
  await expect(card).toContainText('在公共客户池');
  await expect(card).toContainText(/今日已领取 \d+/);
  // Who gave it up may not take it back at once, and is told so.
  await expect(button(card, '领取')).toBeDisabled();
  await expect(card).toContainText(/暂不能领取：.*不能再次领取/);
  // Nor is it theirs to edit now.
  await expect(button(page.locator('.record-head'), '编辑')).toHaveCount(0);
  await page.getByRole('tab', { name: '归属与共享' }).click();
  await expect(page.locator('.record-panel')).toContainText('客户已迁往外地');
});

test('a protected customer of a colleague cannot be claimed', async ({ apiAs }) => {
  const colleague = await apiAs('colleague');
  const made = await colleague.post('/customers', { name: unique('宿迁保护') });
  const me = await apiAs('seller');
  await expect(me.post(`/customers/${made.id}/claim`)).rejects.toThrow(/40[349]/);
});

test('an application for an extension reaches the manager, who grants it', async ({ page, apiAs, open }) => {
  const me = await apiAs('seller');
  const made = await me.post('/customers', { name: unique('连云港延期') });
  await openRecord(page, 'customers', made.id);
  await button(page.getByRole('region', { name: '保护', exact: true }), '申请延期').click();
  await dialog(page).getByLabel(/申请理由/).fill('客户正在走内部招标流程，预计下月开标，需要更多时间');
  await button(dialog(page), '申请延期').click();
  await expect(page.getByRole('region', { name: '保护', exact: true })).toContainText('申请审批中');
  await expect(dialog(page)).toBeHidden();

  const manager = await open('manager');
  await manager.goto('/');
  const waiting = manager.locator('li').filter({ hasText: String(made.name) }).filter({ has: manager.getByRole('button', { name: '通过' }) });
  await button(waiting.first(), '通过').click();
  const asked = manager.locator('.ant-modal');
  await expect(asked).toBeVisible();
  await asked.locator('.ant-btn-primary').click();
  await expect.poll(async () => (await me.get(`/customers/${made.id}`)).extensions).toBe('1');
  await page.reload();
  await expect(page.getByRole('region', { name: '保护', exact: true })).toContainText(/已延期 1/);
});

test.describe('an administrator', () => {
  test.use({ as: 'admin' });

  test('tries a shorter protection before it is saved: who would go back is named, and nothing moves', async ({ page, api, apiAs }) => {
    const pool = await api.post('/pools', { name: unique('试算池') });
    const me = await apiAs('seller');
    const made = await me.post('/customers', { name: unique('丹阳试算') });
    await api.patch(`/customers/${made.id}`, { pool: pool.id });
    await page.goto(`/admin/pools?pool=${pool.id}`);
    const rules = page.locator('.panel').filter({ has: page.getByRole('heading', { name: String(pool.name) }) });
    await button(rules, '试算影响').click();
    await expect(dialog(page)).toContainText('没有客户会因此提前到期');
    await expect(button(dialog(page), '取消')).toHaveCount(0);
    await dialog(page).locator('.ant-btn-primary').click();

    await rules.locator('#f-warn_days').fill('20');
    await rules.locator('#f-potential_days').fill('10');
    await button(rules, '保存').click();
    await expect(dialog(page)).toContainText('1 个客户将在提醒期内到期');
    await expect(dialog(page).locator('tbody tr')).toContainText([String(made.name)]);
    await expect(dialog(page).locator('tbody tr')).toContainText([people.seller.name]);
    await button(dialog(page), '取消').click();
    await expect(dialog(page)).toBeHidden();
    expect(await api.get(`/pools/${pool.id}`)).toMatchObject({ potential_days: '30' });
    const before = (await api.get(`/customers/${made.id}`)).protected_until;

    await button(rules, '保存').click();
    await button(dialog(page), '保存').click();
    await expect.poll(async () => (await api.get(`/pools/${pool.id}`)).potential_days).toBe('10');
    // The saved rule reaches those who are held.
    await expect.poll(async () => (await api.get(`/customers/${made.id}`)).protected_until).not.toBe(before);
  });
});
