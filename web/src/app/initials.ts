/** Two characters for a face: the given name of a Chinese name, the first letters of others. */
export function initials(name: string): string {
  if (/\p{Script=Han}/u.test(name)) return name.slice(-2);
  const words = name.split(/[\s._-]+/).filter(Boolean);
  return words.length ? [words[0], ...words.slice(1).slice(-1)].map((w) => [...w][0].toUpperCase()).join('') : '?';
}
