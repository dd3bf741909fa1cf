import { expect, test } from './support/test';
import { PASSWORD, Server } from './support/server';

test.use({ as: null });

test('an empty server is set up by its one-time link and then works', async ({ page }) => {
  const server = new Server();
  try {
    await server.serve();
    await expect.poll(() => server.printed).toMatch(/\/setup\?token=/);
    const link = /http\S+\/setup\?token=\S+/.exec(server.printed)![0];

    // Without the link there is nothing to fill in.
    await page.goto(server.url);
    await expect(page.getByText('缺少一次性设置口令')).toBeVisible();
    await expect(page.getByRole('textbox')).toHaveCount(0);

    await page.goto(link);
    await page.getByRole('button', { name: '下一步' }).click();
    await expect(page.getByText('请填写此项')).toBeVisible();
    await page.getByLabel('企业名称').fill('无锡春意科技有限公司');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByLabel('姓名').fill('张三');
    await expect(page.getByLabel('登录账号')).toHaveValue('zhangsan');
    await page.getByLabel(/^\*?密码$/).fill(PASSWORD);
    await page.getByLabel('再输入一次密码').fill('something else');
    await page.getByRole('button', { name: '下一步' }).click();
    await expect(page.getByText('两次输入不一致')).toBeVisible();
    await page.getByLabel('再输入一次密码').fill(PASSWORD);
    await page.getByRole('button', { name: '下一步' }).click();
    await expect(page.getByText('空白企业')).toBeVisible();
    await page.getByRole('button', { name: '完成设置' }).click();

    await expect(page.getByRole('heading', { level: 1 })).toContainText('张三');
    await page.goto(`${server.url}/e/customers`);
    await expect(page.getByText('还没有客户')).toBeVisible();

    // The link is spent.
    await page.goto(link);
    await expect(page.getByText('已经完成设置，请登录')).toBeVisible();
  } finally {
    await server.stop();
  }
});
