// Playwright reads from the pattern what a fixture needs; some need nothing.
// oxlint-disable no-empty-pattern
import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { Api } from './api';
import { people, type Who } from './people';
import { watch } from './watch';

const signedIn = new Map<Who, Promise<Api>>();

/** Sessions are opened once and shared: signing in is a test of its own. */
function apiAs(who: Who): Promise<Api> {
  const known = signedIn.get(who) ?? Api.as(who);
  signedIn.set(who, known);
  return known;
}
const session = async (who: Who) => (await apiAs(who)).state();

interface Fixtures {
  /** Who sits before the browser; null has not signed in. */
  as: Who | null;
  /** The API as the administrator. */
  api: Api;
  /** The API as anybody. */
  apiAs: (who: Who) => Promise<Api>;
  /** Another person at another computer. */
  open: (who: Who) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  as: ['admin', { option: true }],
  baseURL: async ({}, use) => use(process.env.GUANXI_E2E_URL),
  storageState: async ({ as }, use) => use(as ? await session(as) : { cookies: [], origins: [] }),
  page: async ({ page }, use) => {
    const check = watch(page);
    await use(page);
    check();
  },
  api: async ({}, use) => use(await apiAs('admin')),
  apiAs: async ({}, use) => use(apiAs),
  open: async ({ browser, baseURL, locale, timezoneId, viewport }, use) => {
    const opened: [BrowserContext, () => void][] = [];
    await use(async (who) => {
      const context = await (browser as Browser).newContext({ baseURL, locale, timezoneId, viewport, storageState: await session(who) });
      const page = await context.newPage();
      opened.push([context, watch(page)]);
      return page;
    });
    for (const [context, check] of opened) {
      await context.close();
      check();
    }
  },
});
export { expect, people };

/** A name nobody else has, so that tests do not meet each other's records. */
let counter = 0;
export const unique = (stem: string) => `${stem}${Date.now().toString(36).slice(-4)}${(counter++).toString(36)}`;
