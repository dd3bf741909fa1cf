/** Whole years from a birth date to today, both as ISO dates; none where it is not born yet or no date. */
export function ageOf(born: string, today: string): number | null {
  const [y, m, d] = born.split('-').map(Number);
  const [ty, tm, td] = today.split('-').map(Number);
  if (!y || !m || !d || !ty) return null;
  const age = ty - y - (tm < m || (tm === m && td < d) ? 1 : 0);
  return age < 0 ? null : age;
}
