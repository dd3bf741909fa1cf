import { expect, test, unique } from './support/test';
import { button, openRecord } from './support/ui';

test.use({ as: 'seller' });

/** The clock of the company. */
const wall = (at: Date) => at.toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 16);

test('a follow-up with a next contact today puts the customer on the home page, until one has spoken again', async ({ page, apiAs }) => {
  const me = await apiAs('seller');
  const made = await me.post('/customers', { name: unique('南通跟进') });
  const name = String(made.name);
  await openRecord(page, 'customers', made.id);
  await page.getByRole('tab', { name: '跟进', exact: true }).click();
  const composer = page.locator('.composer');
  await button(composer, '保存跟进').click();
  await expect(composer.getByText('请填写跟进内容')).toBeVisible();
  await composer.getByText('面访', { exact: true }).click();
  await composer.getByLabel(/跟进内容/).fill('看过样机，今天晚些再谈价格');
  const next = composer.locator('.composer-date input');
  await next.click();
  await next.fill(`${wall(new Date()).slice(0, 10)} 23:59`);
  await page.keyboard.press('Enter');
  await button(composer, '保存跟进').click();
  await expect(page.getByText('跟进已保存')).toBeVisible();
  await expect(page.locator('.record-body')).toContainText('看过样机，今天晚些再谈价格');
  await expect(page.locator('.protection')).toContainText('今天');

  await page.locator('.brand').click();
  const row = page.locator('.work-row-tall', { hasText: name });
  await expect(row).toContainText('今天 23:59');
  await button(row, /记跟进/).click();
  const second = page.locator('.ant-drawer .composer');
  await second.getByLabel(/跟进内容/).fill('价格谈妥');
  await button(second, '一周后').click();
  await button(second, '保存跟进').click();
  await expect(page.getByText('跟进已保存').last()).toBeVisible();
  await expect(row).toHaveCount(0);
  const after = await me.get(`/customers/${made.id}`);
  expect(after).toMatchObject({ contact_count: '2' });
  expect(wall(new Date(String(after.next_contact_at)))).toBe(`${wall(new Date(Date.now() + 7 * 86_400_000)).slice(0, 10)} 09:00`);
});
