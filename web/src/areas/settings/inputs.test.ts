import { expect, test } from 'vitest';
import { zoneText } from './inputs';

test('a time zone is told with what it is ahead of UTC, and shown as it is where nobody knows it', () => {
  expect(zoneText('Asia/Shanghai', 'en')).toMatch(/^Asia\/Shanghai \(GMT\+8\) China/);
  expect(zoneText('Asia/Shanghai', 'zh-CN')).toContain('中国');
  expect(zoneText('Mars/Base', 'en')).toBe('Mars/Base');
});
