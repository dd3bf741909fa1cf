import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './support/test';
import { button, openList, openRecord } from './support/ui';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const AXE = readFileSync(resolve(import.meta.dirname, '../node_modules/axe-core/axe.min.js'), 'utf8');

/** What WCAG 2.2 A and AA call serious or worse, with the places. */
async function violations(page: Page, rules: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async (runOnly) => {
    // Colours on their way from one state to another are nobody's contrast. A frame, and another: what was
    // changed just now begins its way with the next one.
    const frame = () => new Promise(requestAnimationFrame);
    const moving = () => document.getAnimations().filter((a) => a instanceof CSSTransition);
    do {
      await frame();
      await frame();
      await Promise.all(moving().map((a) => a.finished.catch(() => {})));
    } while (moving().length > 0);
    const axe = (window as unknown as { axe: { run(root: Document, options: unknown): Promise<{ violations: Violation[] }> } }).axe;
    interface Violation {
      id: string;
      impact: string;
      nodes: { target: string[]; html: string; failureSummary: string }[];
    }
    const found = await axe.run(document, {
      runOnly,
      resultTypes: ['violations'],
    });
    return found.violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .flatMap((v) => v.nodes.slice(0, 5).map((n) => `${v.id}: ${n.target.join(' ')} ${n.html.slice(0, 160)}`));
  }, rules);
}

/** The page as it is, then in the dark: colours change, structure does not. */
async function accessible(page: Page, place: string) {
  expect.soft(await violations(page, WCAG), place).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect.soft(await violations(page, ['color-contrast', 'link-in-text-block']), `${place}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
}
const settled = async (page: Page) => {
  await expect(page.locator('main h1, main .empty-state').first()).toBeVisible();
  await expect(page.locator('main').locator('.loading, .input-waiting')).toHaveCount(0);
};

// Who asks for less motion gets colours at once: what is judged is where they end.
test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } });

test.describe('accessible to WCAG 2.2 AA, light and dark, without errors, within the policy and from one host:', () => {
  test.slow();

  test.describe('signed out', () => {
    test.use({ as: null });
    test('the sign-in page', async ({ page }) => {
      await page.goto('/login');
      await button(page, '登录').click();
      await expect(page.getByRole('alert')).toBeVisible();
      await accessible(page, 'sign-in');
    });
  });

  test('home, list, record and form', async ({ page, api }) => {
    await page.goto('/');
    await expect(page.locator('.kpi strong').first()).toHaveText(/\d/);
    await accessible(page, 'home');

    await openList(page, 'customers', '?view=all');
    await button(page, '筛选').click();
    await button(page, '添加条件').click();
    await page.locator('.grid-data input').first().check();
    await expect(page.locator('.bulk-bar')).toBeVisible();
    await accessible(page, 'list');

    const [held] = await api.find('customers', { lifecycle: 'intent' });
    await openRecord(page, 'customers', held.id);
    await expect(page.locator('.protection-why')).not.toBeEmpty();
    await accessible(page, 'record');
    for (const tab of ['跟进', '归属与共享', '历史']) {
      await page.getByRole('tab', { name: tab, exact: true }).click();
      await settled(page);
      await accessible(page, tab);
    }
    await button(page.locator('.record-head'), '编辑').click();
    await expect(page.locator('.ant-drawer #f-name')).toBeVisible();
    await accessible(page, 'form');
  });

  test('every page of the navigation', async ({ page }) => {
    await page.goto('/');
    const links = page.locator('.side-nav .nav-scroll a');
    await expect(links.first()).toBeVisible();
    const paths = await links.evaluateAll((all) => all.map((a) => a.getAttribute('href')!));
    expect(paths.length).toBeGreaterThan(15);
    for (const path of paths.filter((p) => p !== '/' && p !== '/e/customers')) {
      const before = (await page.locator('main h1').first().textContent()) ?? '';
      await page.locator(`.side-nav a[href="${path}"]`).click();
      // The page before stays until the next one is there.
      await expect(page.locator('main h1').first()).not.toHaveText(before);
      await settled(page);
      await accessible(page, path);
    }
  });
});
