import { expect, test, unique } from './support/test';
import { button, choose, dialog, drawer, openList, titles } from './support/ui';

test.describe('the list of customers of a seller', () => {
  test.use({ as: 'seller' });

  test('finds a customer by its name, its pinyin and its initials', async ({ page, apiAs }) => {
    const me = await apiAs('seller');
    const name = '靖江市鲲鹏暖通设备有限公司';
    if (!(await me.find('customers', { name })).length) await me.post('/customers', { name });
    await openList(page, 'customers');
    for (const typed of ['鲲鹏', 'kunpeng', 'kpnt']) {
      await page.getByLabel('在列表中搜索').fill(typed);
      await expect(titles(page), typed).toHaveText([name]);
    }
    await page.getByLabel('在列表中搜索').fill('zzzz');
    await expect(page.getByText('没有符合条件的记录')).toBeVisible();

    // The search of the whole product leads straight to the record.
    await page.keyboard.press('Escape');
    await page.locator('#global-search').fill('kunpengnuantong');
    await expect(page.locator('.search-hit').filter({ hasText: name })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  });

  test('is narrowed by conditions and shows the columns one chooses, also after coming back', async ({ page }) => {
    await openList(page, 'customers', '?view=all');
    await button(page, '筛选').click();
    await button(page, '添加条件').click();
    const panel = page.locator('.filter-panel');
    await choose(page, panel.getByLabel('字段').first(), /^客户阶段$/, '客户阶段');
    await choose(page, panel.locator('.filter-value input').first(), '意向');
    await expect(page).toHaveURL(/filter=/);
    await expect(page.locator('.badge').filter({ hasText: '1' }).first()).toBeVisible();
    await expect(page.locator('.grid-data').first()).toContainText('意向');
    await expect(page.locator('.grid-data').filter({ hasText: '潜在' })).toHaveCount(0);

    await button(page, '列').click();
    const chooser = page.getByRole('dialog', { name: '列' });
    await chooser.getByLabel('搜索').fill('星级');
    const columns = page.locator('.grid [role=columnheader]');
    if (await chooser.getByRole('checkbox', { name: '电子邮箱' }).isVisible()) await chooser.getByRole('checkbox', { name: '电子邮箱' }).check();
    await chooser.getByLabel('搜索').fill('电子邮箱');
    await chooser.getByRole('checkbox', { name: '电子邮箱' }).click();
    await expect(columns.filter({ hasText: '电子邮箱' })).toBeVisible();
    await button(chooser, '上移 电子邮箱').click();
    await chooser.getByRole('checkbox', { name: '行业' }).click();
    await expect(columns.filter({ hasText: '行业' })).toHaveCount(0);
    await page.keyboard.press('Escape');

    await titles(page).first().click();
    await expect(page.locator('.record-head')).toBeVisible();
    await page.goBack();
    await expect(page.locator('.grid-data').first()).toContainText('意向');
    await expect(columns.filter({ hasText: '电子邮箱' })).toBeVisible();
  });

  test('sorts by a column, and counts what it holds', async ({ page }) => {
    await openList(page, 'customers', '?view=mine');
    await page.locator('.grid-sort').filter({ hasText: '客户编号' }).click();
    await expect(page).toHaveURL(/sort=number/);
    await expect(page.locator('.grid [role=columnheader]').filter({ hasText: '客户编号' })).toHaveAttribute('aria-sort', 'ascending');
    await expect(page.locator('.list-foot')).toContainText(/第 1–\d+ 条，共 \d+ 条/);
  });

  test('is walked by cells with the keys, edited with F2, and turned by pages', async ({ page, apiAs, open }) => {
    const me = await apiAs('seller');
    const made = await me.post('/customers', { name: unique('镇江键盘'), star: 2 });
    await openList(page, 'customers', `?view=all&cols=name,number,star&q=${encodeURIComponent(String(made.name))}`);
    await page.locator('.grid').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await expect(page.locator('.is-cursor')).toHaveText('★★☆☆☆');
    await page.keyboard.press('F2');
    await expect(page.locator('.cell-editor input')).toBeFocused();
    for (const key of ['ArrowDown', 'ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    await expect.poll(async () => (await me.get(`/customers/${made.id}`)).star).toBe('4');
    await expect(page.locator('.grid')).toBeFocused();
    await page.keyboard.press('Home');
    await expect(page.locator('.is-cursor .cell-title')).toBeVisible();

    const all = await open('admin');
    await openList(all, 'customers', '?view=all');
    await button(all, '下一页').click();
    await expect(all.locator('.list-foot')).toContainText('第 51–');
    await button(all, '上一页').click();
    await expect(all.locator('.list-foot')).toContainText('第 1–');
  });

  test('keeps a private view to oneself and shares a shared one', async ({ page, open }) => {
    const mine = unique('私有');
    const ours = unique('共享');
    await openList(page, 'customers', `?view=all&filter=${encodeURIComponent(JSON.stringify({ lifecycle: 'official' }))}`);
    const save = async (name: string, shared: boolean) => {
      await button(page, '视图').click();
      await page.getByRole('menuitem', { name: '另存为视图' }).click();
      await dialog(page).getByLabel(/视图名称/).fill(name);
      if (shared) await dialog(page).getByRole('checkbox', { name: '共享给同事' }).check();
      await button(dialog(page), '保存').click();
      await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
    };
    await save(mine, false);
    await save(ours, true);
    await page.reload();
    await expect(page.getByRole('tab', { name: mine })).toBeVisible();

    const colleague = await open('colleague');
    await openList(colleague, 'customers');
    await expect(colleague.getByRole('tab', { name: ours })).toBeVisible();
    await expect(colleague.getByRole('tab', { name: mine })).toHaveCount(0);
    await colleague.getByRole('tab', { name: ours }).click();
    await expect(colleague.locator('.grid-data, .list-body .empty-state').first()).toBeVisible();
    await expect(colleague.locator('.grid-data').filter({ hasText: '潜在' })).toHaveCount(0);
  });
});

test('a page is turned, jumped to by its number, and a number beyond the last is no page', async ({ page }) => {
  await openList(page, 'customers', '?view=all');
  const foot = page.locator('.list-foot');
  // How many there are is counted after the first of them are shown.
  await expect(foot).toContainText(/每页 50 条.*第 1 \/ ([4-9]|\d{2,}) 页/);
  const pages = Number(/第 1 \/ (\d+) 页/.exec(await foot.innerText())![1]);
  const box = page.getByLabel('页码');
  const jump = async (number: string) => {
    await box.fill(number);
    await foot.getByRole('button', { name: '跳转' }).click();
  };
  await jump('3');
  await expect(foot).toContainText(/第 101–\d+ 条.*第 3 \//);
  await expect(box).toHaveValue('');
  for (const none of ['0', '', String(pages + 1)]) {
    await jump(none);
    await expect(foot).toContainText(/第 101–\d+ 条/);
  }
  await foot.getByRole('button', { name: '最后一页' }).click();
  await expect(foot).toContainText(new RegExp(`第 ${pages} / ${pages} 页`));
  await foot.getByRole('button', { name: '第一页' }).click();
  await expect(foot).toContainText(/第 1–\d+ 条/);
});

test('stars are drawn, chosen and filtered by as stars, and read aloud as a number', async ({ page, api }) => {
  const name = unique('盐城星级');
  const made = await api.post('/customers', { name });
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(name)}&cols=name,star`);
  await page.goto(`/e/customers/${made.id}`);
  await button(page, '编辑').first().click();
  await choose(page, drawer(page).locator('#f-star'), /★★★☆☆/);
  await button(drawer(page), '保存').click();
  await expect(page.getByRole('img', { name: '3 星，满分 5 星' }).first()).toHaveText('★★★☆☆');
  expect(await api.get(`/customers/${made.id}`)).toMatchObject({ star: '3' });
  await openList(page, 'customers', `?view=all&q=${encodeURIComponent(name)}&cols=name,star`);
  await expect(page.locator('.grid-data').getByRole('img', { name: '3 星，满分 5 星' })).toHaveCount(1);
});

test('what is ticked is printed with the columns on show, also those a list has not by itself', async ({ page, api }) => {
  const name = unique('淮北打印');
  const made = await api.post('/customers', { name, mobile: '13812349876' });
  await page.goto(`/print/customers?ids=${made.id}&cols=name,mobile`);
  await expect(page.locator('.paper tbody tr')).toContainText([name]);
  await expect(page.locator('.paper tbody tr')).toContainText(['13812349876']);
});

test('a page size is chosen once and holds for every list, the accounts too', async ({ open }) => {
  const page = await open('admin');
  const foot = page.locator('.list-foot');
  const sizes = foot.getByLabel('每页条数');
  const choose = async (size: string) => {
    const kept = page.waitForResponse((r) => r.url().endsWith('/api/v1/me') && r.request().method() === 'PATCH');
    await sizes.selectOption(size);
    await kept;
  };
  await page.goto('/admin/users');
  await expect(foot).toContainText(/第 1–\d+ 条，共 \d+ 条.*第 1 \/ \d+ 页/);
  await choose('20');
  await openList(page, 'customers', '?view=all');
  await expect(sizes).toHaveValue('20');
  await button(page, '下一页').click();
  await expect(foot).toContainText('第 21–');
  await choose('50');
});
