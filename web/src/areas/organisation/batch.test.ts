import { expect, test } from 'vitest';
import { listText } from './Batch';

test('a batch is copied as rows that a table takes apart', () => {
  const made = (id: string) => ({ id, name: `名${id}`, login: `ming${id}`, link: `http://x/reset/${id}` });
  expect(listText([made('1'), made('2')])).toBe('名1\tming1\thttp://x/reset/1\n名2\tming2\thttp://x/reset/2');
});
