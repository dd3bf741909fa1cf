import { expect, test, unique } from './support/test';
import { PASSWORD } from './support/server';
import { button } from './support/ui';
import type { Api } from './support/api';

test.use({ as: null });

const decide = async (api: Api, set: Record<string, unknown>) => {
  const [company] = await api.find('organisations', {});
  await api.patch(`/organisations/${company.id}`, set);
};

// ORG-04, AM-16
test('who registers is let in by the administrator', async ({ page, api, open }) => {
  const name = unique('庄自来');
  await decide(api, { self_registration: false });
  await page.goto('/login');
  await expect(page.getByRole('link', { name: '忘记密码？' })).toBeVisible();
  await expect(page.getByRole('link', { name: '注册账号' })).toHaveCount(0);
  await decide(api, { self_registration: true });
  await page.reload();
  await page.getByRole('link', { name: '注册账号' }).click();
  await page.getByLabel('姓名').fill(name);
  await page.getByLabel('新密码').fill('short');
  await button(page, '提交注册').click();
  await expect(page.getByText('请填写此项')).toHaveCount(1);
  await page.getByLabel('手机').fill('13911112222');
  await page.getByLabel('新密码').fill(PASSWORD);
  await page.getByLabel('再输入一次').fill(PASSWORD);
  await button(page, '提交注册').click();
  const said = page.getByRole('status');
  await expect(said).toContainText('等待管理员审核');
  // The name of the account is the administrator's to tell: it would say which names are taken.
  const [made] = await api.find('users', { name });
  const login = String(made.login);
  expect(await said.textContent()).not.toContain(login);
  await decide(api, { self_registration: false });

  const admin = await open('admin');
  await admin.goto('/notices');
  await admin.getByText(`${name}（${login}）注册了账号`).click();
  await admin.getByRole('button', { name: '启用' }).click();
  await expect.poll(async () => (await api.find('users', { login }))[0].status).toBe('active');

  await page.getByRole('link', { name: '返回登录' }).click();
  await page.getByLabel('账号', { exact: true }).fill(login);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
});

// ORG-22
test('who forgot the password asks the administrator, and chooses a new one before anything else', async ({ page, api }) => {
  const name = unique('忘性大');
  const made = await api.post('/users', { name, superior: null });
  const login = String(made.login);
  await decide(api, { password_help: '请打前台电话 8001 核实身份' });
  await page.goto('/login');
  await page.getByRole('link', { name: '忘记密码？' }).click();
  await expect(page.getByText('请打前台电话 8001 核实身份')).toBeVisible();
  await page.getByLabel('账号').fill(login);
  await button(page, '请管理员重置密码').click();
  await expect(page.getByRole('status')).toContainText('已通知管理员');
  await decide(api, { password_help: null });
  const [notice] = await api.find('notifications', { code: 'password_requested', read_at: { empty: true } });
  expect(notice).toBeTruthy();

  const { result } = await api.post<{ result: { link: string } }>(`/users/${made.id}/reset-password`);
  await page.goto(new URL(result.link, 'http://localhost').pathname);
  await page.getByLabel('新密码').fill(PASSWORD);
  await page.getByLabel('再输入一次').fill(PASSWORD);
  await button(page, '保存').click();
  await expect(page.getByRole('status')).toHaveText('密码已设置，请登录');
  await api.patch(`/users/${made.id}`, { must_change_password: true });

  await page.goto('/login?next=/e/customers');
  await page.getByLabel('账号', { exact: true }).fill(login);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/new-password/);
  await page.getByLabel('原密码').fill(PASSWORD);
  await page.getByLabel('新密码').fill(PASSWORD);
  await page.getByLabel('再输入一次').fill(PASSWORD);
  await button(page, '保存').click();
  await expect(page.getByRole('alert')).toContainText('新密码不能与原密码相同');
  await page.getByLabel('新密码').fill(`${PASSWORD}!`);
  await page.getByLabel('再输入一次').fill(`${PASSWORD}!`);
  await button(page, '保存').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
});
