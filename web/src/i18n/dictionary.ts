/** A pair of dictionaries; the second must have every key of the first. */
export function dictionary<const Z extends Record<string, string>>(zh: Z, en: Record<keyof Z, string>) {
  return { zh: zh as Record<keyof Z, string>, en };
}
