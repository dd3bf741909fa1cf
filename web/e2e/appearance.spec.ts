import { expect, people, test } from './support/test';
import { button, openList, openRecord } from './support/ui';

test.use({ as: 'stranger' });
// Taste is kept with the person; the next test begins with none.
test.afterEach(async ({ apiAs }) => {
  await (await apiAs('stranger')).patch('/me', { preferences: {} });
});

test('the language changes at once, labels and all, and stays', async ({ page }) => {
  await openList(page, 'customers');
  await button(page, '语言').click();
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Contacts', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.locator('.grid-data .cell-title').first().click();
  await expect(page.getByRole('tab', { name: 'History' })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(people.stranger.name);
  // No text of the interface is left in Chinese.
  await expect(page.locator('.side-nav')).not.toContainText(/[\u4e00-\u9fff]/);
  await button(page, 'Language').click();
  await page.getByRole('menuitemradio', { name: '中文' }).click();
  await expect(page.getByRole('link', { name: '联系人', exact: true })).toBeVisible();
});

test('dark mode is chosen and kept', async ({ page }) => {
  await openList(page, 'customers');
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await colour();
  await button(page, '外观').click();
  await page.getByRole('menuitemradio', { name: '深色' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect.poll(colour).not.toBe(light);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await button(page, '外观').click();
  await page.getByRole('menuitemradio', { name: '跟随系统' }).click();
});

test('the keyboard opens search, a new record, commands and their list', async ({ page }) => {
  await openList(page, 'customers', '?view=mine');
  await page.keyboard.press('?');
  await expect(page.getByText('打开命令面板').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.locator('.palette-input').fill('线索');
  await expect(page.getByRole('option', { name: /线索/ }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/e\/leads/);
  await page.keyboard.press('/');
  await expect(page.locator('#global-search')).toBeFocused();
  await page.keyboard.press('Escape');
  // What is typed before the window is there goes into it, not to the shortcuts of the page.
  await page.locator('.content').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('nanjing');
  await expect(page.locator('.palette-input')).toHaveValue('nanjing');
  await page.keyboard.press('Escape');
  await openList(page, 'customers', '?view=mine');
  await page.locator('.grid').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await expect(page.getByText('已选 1 条')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.record-head')).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the list is made of cards and the places of work are at the bottom', async ({ page }) => {
    await page.goto('/e/customers?view=mine');
    await expect(page.locator('.card').first()).toBeVisible();
    await expect(page.locator('.grid')).toHaveCount(0);
    await expect(page.locator('.side-nav')).toBeHidden();
    const nav = page.locator('.bottom-nav');
    for (const link of await nav.locator('.nav-item').all()) {
      const box = (await link.boundingBox())!;
      expect(box.height, 'touch target').toBeGreaterThanOrEqual(44);
    }
    await nav.getByRole('link', { name: '首页' }).click();
    await expect(page).toHaveURL(/\/$/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(people.stranger.name);
    await nav.getByRole('link', { name: '联系人' }).click();
    await expect(page).toHaveURL(/\/e\/contacts/);
    await button(nav, '更多').click();
    await page.locator('.nav-drawer').getByRole('link', { name: '公共客户池' }).click();
    await expect(page).toHaveURL(/\/pools/);
    await expect(page.locator('.nav-drawer')).toBeHidden();
  });

  test('no page is wider than the screen', async ({ page, apiAs }) => {
    const me = await apiAs('stranger');
    const [customer] = await me.find('customers', { owner: { me: true } });
    for (const path of ['/', '/e/customers', `/e/customers/${customer.id}`, '/e/customers/new', '/pools', '/notices', '/changes', '/bin']) {
      await page.goto(path);
      await expect(page.locator('main').locator('h1, h2, .card, .empty-state, .form-field, .work-row').first()).toBeVisible();
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(wide, path).toBeLessThanOrEqual(room);
      const cut = await page.locator('.table-scroll').evaluateAll((tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).length);
      expect(cut, path).toBe(0);
    }
    await openRecord(page, 'customers', customer.id);
    await button(page.locator('.record-head'), '编辑').click();
    await expect(page.locator('.ant-drawer #f-name')).toBeVisible();
  });
});
