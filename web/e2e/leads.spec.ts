import { expect, test, unique } from './support/test';
import { button, dialog, drawer, openRecord } from './support/ui';

test('a lead that lacks what the company asks of a customer is completed in the dialog and converted', async ({ page, api, apiAs }) => {
  const profile = await api.post('/field-profiles', {
    name: unique('企业必填'),
    entity: 'customer',
    kinds: ['organisation'],
    required_fields: 'introduction',
    enabled: true,
  });
  const me = await apiAs('manager');
  const company = `${unique('盐城')}机械有限公司`;
  const lead = await me.post('/leads', { name: '周总', mobile: '13912345678', company_name: company, demand: '两台冲床' });
  try {
    await page.goto('/');
    await openRecord(page, 'leads', lead.id);
    await button(page.locator('.record-head'), '转为客户').click();
    await button(dialog(page), '转为客户').click();
    await expect(dialog(page)).toContainText('新客户还缺少：客户介绍');
    await button(dialog(page), '补全客户资料并转换').click();
    const form = drawer(page);
    await expect(form.locator('#f-name')).toHaveValue(company);
    await form.locator('#f-introduction').fill('生产农机配件');
    await button(form, '保存').click();
    await expect(page.getByText(`已转为客户“${company}”`)).toBeVisible();
    await expect.poll(async () => (await me.get(`/leads/${lead.id}`)).status).toBe('converted');
    const [customer] = await me.find('customers', { name: company });
    expect(customer.id).toBe(((await me.get(`/leads/${lead.id}`)).customer as { id: string }).id);
    expect(await me.get(`/customers/${customer.id}`)).toMatchObject({ introduction: '生产农机配件', demand: '两台冲床' });
    // The customer and the conversion are one change.
    const sets = await Promise.all(
      [`/customers/${customer.id}`, `/leads/${lead.id}`].map(async (of) => (await me.get<{ items: { change_set: string }[] }>(`${of}/history`)).items),
    );
    expect(sets[1].map((change) => change.change_set)).toContain(sets[0].at(-1)!.change_set);
  } finally {
    await api.call('DELETE', `/field-profiles/${profile.id}`);
  }
});

test('a lead that lacks nothing is converted, and the message leads to the customer it became', async ({ page, apiAs }) => {
  const me = await apiAs('manager');
  const company = `${unique('盐城')}风机有限公司`;
  const lead = await me.post('/leads', { name: '钱总', mobile: '13912345679', company_name: company });
  await openRecord(page, 'leads', lead.id);
  await button(page.locator('.record-head'), '转为客户').click();
  await button(dialog(page), '转为客户').click();
  await button(page.getByText('转为客户：已完成'), '查看').click();
  await expect(page.getByRole('heading', { level: 1, name: company })).toBeVisible();
  await expect(dialog(page)).toBeHidden();
});
