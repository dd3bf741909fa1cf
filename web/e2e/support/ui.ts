import { expect, type Locator, type Page } from '@playwright/test';

/** Opens a selection box and takes the option with this text. */
export async function choose(page: Page, box: Locator, text: string | RegExp, typed?: string) {
  await box.click();
  if (typed) await box.fill(typed);
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: text }).first().click();
}

/** The drawer with a form. */
export const drawer = (page: Page) => page.locator('.ant-drawer').last();
export const dialog = (page: Page) => page.locator('.ant-modal').last();
export const button = (within: Page | Locator, name: string | RegExp) => within.getByRole('button', { name, exact: typeof name === 'string' });

/** The ⋯ menu of the record on show. */
export async function recordMenu(page: Page, item: string) {
  await button(page.locator('.record-head'), '更多').click();
  await page.getByRole('menuitem', { name: item }).click();
}
export async function openRecord(page: Page, entity: string, id: string) {
  await page.goto(`/e/${entity}/${id}`);
  await expect(page.locator('.field-item').first()).toBeVisible();
}
/** One field of the record on show, by its label. */
export const fieldValue = (page: Page, label: string) =>
  page.locator('.field-item').filter({ has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) }).locator('.field-value');

/** The names in a list, in order. */
export const titles = (page: Page) => page.locator('.grid-data .cell-title');
export async function openList(page: Page, entity: string, search = '') {
  await page.goto(`/e/${entity}${search}`);
  await expect(page.locator('.grid-data, .list-body .empty-state').first()).toBeVisible();
}
/** Ticks the rows with these names. */
export async function tick(page: Page, ...names: string[]) {
  for (const name of names) await page.locator('.grid-data').filter({ hasText: name }).getByRole('checkbox').check();
}
