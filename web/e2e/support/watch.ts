import { expect, type Page } from '@playwright/test';

/** Listens to a page: nothing may break, be refused by the policy, or leave for another host. */
export function watch(page: Page): () => void {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // The browser reports each refusal of the API as an error of loading; those are answers, not faults.
    if (/^Failed to load resource.* 4\d\d /.test(message.text()) && message.location().url.includes('/api/v1/')) return;
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    const here = page.url() === 'about:blank' ? null : new URL(page.url()).origin;
    if (url.protocol.startsWith('http') && here && url.origin !== here) faults.push(`request to another host: ${request.url()}`);
  });
  page.on('response', (response) => {
    const status = response.status();
    if (status >= 500 || (status >= 400 && !response.url().includes('/api/v1/'))) faults.push(`${status} ${response.url()}`);
  });
  return () => expect(faults, 'errors of the page').toEqual([]);
}
