// Fails when the JavaScript needed to open a list page weighs more than the budget (gzip).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 280 * 1024;
const manifest = JSON.parse(readFileSync(new URL('../dist/.vite/manifest.json', import.meta.url)));
const entries = ['index.html', 'src/app/Shell.tsx', 'src/views/list/ListPage.tsx'];
const files = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`not in the manifest: ${key}`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const next of chunk.imports ?? []) visit(next);
};
entries.forEach(visit);
let total = 0;
const rows = [...files]
  .filter((f) => f.endsWith('.js'))
  .map((file) => {
    const size = gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url))).length;
    total += size;
    return [file, size];
  });
for (const [file, size] of rows.sort((a, b) => b[1] - a[1])) console.log(`${(size / 1024).toFixed(1).padStart(8)} KB  ${file}`);
console.log(`${(total / 1024).toFixed(1).padStart(8)} KB  list route, limit ${LIMIT / 1024} KB`);
if (total > LIMIT) {
  console.error('The list route is over its budget.');
  process.exit(1);
}
