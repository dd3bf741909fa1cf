import { expect, people, test } from './support/test';
import { PASSWORD } from './support/server';

test.use({ as: null });

test('a wrong password is refused in words, the right one leads to where one wanted to go', async ({ page }) => {
  await page.goto('/e/contacts?sort=name');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert')).toHaveText('请输入账号和密码');
  await page.getByLabel('账号', { exact: true }).fill(people.seller.login);
  await page.getByLabel('密码', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert')).toHaveText('账号或密码不正确');
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/e\/contacts\?sort=name$/);
  await expect(page.getByRole('heading', { name: '联系人' })).toBeVisible();
});

test('the list of customers stands soon after signing in', async ({ page }) => {
  await page.goto('/login?next=/e/customers');
  await page.getByLabel('账号', { exact: true }).fill(people.seller.login);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  const answered = page.waitForResponse((r) => r.url().endsWith('/api/v1/session') && r.ok());
  await page.keyboard.press('Enter');
  await answered;
  const from = Date.now();
  await expect(page.locator('.grid-data').nth(9)).toBeVisible();
  const took = Date.now() - from;
  test.info().annotations.push({ type: 'list', description: `${took} ms` });
  // Under a second on a quiet machine with an optimised build; a busy one with a debug build gets more.
  expect(took).toBeLessThan(5_000);
});

test('who signs out is out, and the way back leads to the sign-in page', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('账号', { exact: true }).fill(people.colleague.login);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(people.colleague.name);
  await page.getByRole('button', { name: /我的账号/ }).click();
  await page.getByRole('menuitem', { name: '退出登录' }).click();
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.goto('/e/customers');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
});
