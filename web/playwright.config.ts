import { execSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';

const chromium = () => execSync('command -v chromium || command -v chromium-browser || command -v google-chrome').toString().trim();

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/start.ts',
  workers: 1,
  // A second try names a test as flaky, which is a defect to mend; it does not hold back the others' work.
  retries: 1,
  reporter: [['list']],
  timeout: 45_000,
  expect: { timeout: 10_000 },
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? chromium(),
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
