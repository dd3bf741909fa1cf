import type { Filter, Operator, Rec } from '@/api/types';

/** The filter as the builder edits it; the server's JSON is its written form. */
export interface Leaf {
  type: 'leaf';
  field: string;
  op: Operator;
  value: unknown;
}
export interface Group {
  type: 'group';
  all: boolean;
  items: Node[];
}
export type Node = Leaf | Group;

export const emptyGroup = (): Group => ({ type: 'group', all: true, items: [] });
const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const OPS = new Set<string>([
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'in',
  'nin',
  'between',
  'contains',
  'starts',
  'empty',
  'under',
  'me',
  'within',
]);

/** A condition without its value is not sent; it is still being typed. */
export function complete(leaf: Leaf): boolean {
  const v = leaf.value;
  if (!leaf.field) return false;
  if (leaf.op === 'empty' || leaf.op === 'me') return typeof v === 'boolean';
  if (leaf.op === 'between') return Array.isArray(v) && v.length === 2 && v.every((x) => x !== null && x !== undefined && x !== '');
  if (Array.isArray(v)) return v.length > 0;
  return v !== null && v !== undefined && v !== '';
}

export function toFilter(node: Node): Filter | null {
  if (node.type === 'leaf') {
    if (!complete(node)) return null;
    return { [node.field]: node.op === 'eq' && !isObject(node.value) ? node.value : { [node.op]: node.value } };
  }
  const parts = node.items.map(toFilter).filter((x): x is Filter => x !== null);
  if (parts.length === 0) return null;
  if (parts.length === 1) return parts[0];
  return { [node.all ? 'and' : 'or']: parts };
}

export function parseFilter(filter: unknown): Group {
  const node = isObject(filter) ? parseNode(filter) : null;
  if (!node) return emptyGroup();
  return node.type === 'group' ? node : { type: 'group', all: true, items: [node] };
}

function parseNode(filter: Filter): Node | null {
  const nodes: Node[] = [];
  for (const [key, value] of Object.entries(filter)) {
    if ((key === 'and' || key === 'or') && Array.isArray(value)) {
      nodes.push({
        type: 'group',
        all: key === 'and',
        items: value
          .filter(isObject)
          .map(parseNode)
          .filter((x): x is Node => x !== null),
      });
    } else if (isObject(value) && Object.keys(value).length > 0 && Object.keys(value).every((k) => OPS.has(k))) {
      for (const [op, operand] of Object.entries(value)) nodes.push({ type: 'leaf', field: key, op: op as Operator, value: operand });
    } else nodes.push({ type: 'leaf', field: key, op: 'eq', value });
  }
  if (nodes.length === 0) return null;
  return nodes.length === 1 ? nodes[0] : { type: 'group', all: true, items: nodes };
}

export function both(...filters: (Filter | null | undefined)[]): Filter | null {
  const parts = filters.filter((f): f is Filter => Boolean(f && Object.keys(f).length));
  return parts.length === 0 ? null : parts.length === 1 ? parts[0] : { and: parts };
}

export const leafCount = (node: Node): number =>
  node.type === 'leaf' ? (complete(node) ? 1 : 0) : node.items.reduce((n, x) => n + leafCount(x), 0);

// --- evaluation in the browser -------------------------------------------------

export interface Context {
  userId: string;
  now: Date;
}
/** Three values: `null` says the browser cannot know (a path through a reference, a tree). */
export type Verdict = boolean | null;

export function evaluate(filter: Filter | null | undefined, record: Rec, ctx: Context): Verdict {
  if (!filter) return true;
  return all(
    Object.entries(filter).map(([key, value]): Verdict => {
      if (key === 'and') return all((value as Filter[]).map((f) => evaluate(f, record, ctx)));
      if (key === 'or') return any((value as Filter[]).map((f) => evaluate(f, record, ctx)));
      if (!(key in record)) return null;
      const tests = isObject(value) && Object.keys(value).some((k) => OPS.has(k)) ? Object.entries(value) : [['eq', value] as const];
      return all(tests.map(([op, operand]) => test(record[key], op as Operator, operand, ctx)));
    }),
  );
}

const all = (list: Verdict[]): Verdict => (list.includes(false) ? false : list.includes(null) ? null : true);
const any = (list: Verdict[]): Verdict => (list.includes(true) ? true : list.includes(null) ? null : false);
const blank = (v: unknown) => v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0);

/** The comparable part of a value: the id of a reference, the amount of money. */
function plain(v: unknown): unknown {
  if (isObject(v)) return 'amount' in v ? v.amount : 'id' in v ? v.id : v;
  return v;
}
const INSTANT = /^\d{4}-\d\d-\d\d/;
function compare(a: unknown, b: unknown): number | null {
  const [x, y] = [String(plain(a)), String(plain(b))];
  if (INSTANT.test(x) && INSTANT.test(y)) return x < y ? -1 : x > y ? 1 : 0;
  if (x.trim() !== '' && y.trim() !== '' && Number.isFinite(Number(x)) && Number.isFinite(Number(y)))
    return Math.sign(Number(x) - Number(y));
  return null;
}
function same(a: unknown, b: unknown): boolean {
  const [x, y] = [plain(a), plain(b)];
  if (x === y) return true;
  if (blank(x) || blank(y)) return blank(x) && blank(y);
  return String(x) === String(y) || compare(x, y) === 0;
}

function test(value: unknown, op: Operator, operand: unknown, ctx: Context): Verdict {
  const list = Array.isArray(operand) ? operand : [operand];
  const values = Array.isArray(value) ? value : [value];
  switch (op) {
    case 'eq':
      return Array.isArray(value) ? values.some((v) => same(v, operand)) : same(value, operand);
    case 'ne':
      return !values.some((v) => same(v, operand));
    case 'in':
      return values.some((v) => list.some((x) => same(v, x)));
    case 'nin':
      return !values.some((v) => list.some((x) => same(v, x)));
    case 'empty':
      return blank(value) === (operand !== false);
    case 'me':
      return same(value, ctx.userId) === (operand !== false);
    case 'contains':
      return blank(value)
        ? false
        : Array.isArray(value)
          ? values.some((v) => same(v, operand))
          : String(plain(value)).toLowerCase().includes(String(operand).toLowerCase());
    case 'starts':
      return blank(value) ? false : String(plain(value)).toLowerCase().startsWith(String(operand).toLowerCase());
    case 'between':
      return blank(value) ? false : all([test(value, 'ge', list[0], ctx), test(value, 'le', list[1], ctx)]);
    case 'under':
      return same(value, operand) ? true : null;
    case 'within':
      if (operand === 'past' || operand === 'future')
        return blank(value) ? false : new Date(String(value)) < ctx.now === (operand === 'past');
      return blank(value) ? false : null;
    default: {
      if (blank(value) || blank(operand)) return false;
      const c = compare(value, operand);
      if (c === null) return null;
      return op === 'lt' ? c < 0 : op === 'le' ? c <= 0 : op === 'gt' ? c > 0 : c >= 0;
    }
  }
}

/** Shown unless the browser is sure it does not apply; the server has the last word. */
export const offered = (when: Filter | null | undefined, record: Rec, ctx: Context) => evaluate(when, record, ctx) !== false;

/** A filter without what its reader may not ask of, and the fields that were left out; they may be named in a view made by somebody else. */
export function askable(filter: Filter | null, may: (path: string) => boolean): { filter: Filter | null; left: string[] } {
  const left = new Set<string>();
  const prune = (node: Filter): Filter | null => {
    const kept: Filter = {};
    for (const [key, value] of Object.entries(node)) {
      if ((key === 'and' || key === 'or') && Array.isArray(value)) {
        const parts = value.filter(isObject).map(prune).filter((part) => part !== null);
        if (parts.length) kept[key] = parts;
      } else if (may(key)) kept[key] = value;
      else left.add(key);
    }
    return Object.keys(kept).length ? kept : null;
  };
  const pruned = filter && prune(filter);
  // What lost nothing stays the very object it was.
  return left.size ? { filter: pruned, left: [...left] } : { filter, left: [] };
}
