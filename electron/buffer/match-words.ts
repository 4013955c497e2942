/** Words as FTS5 asks for them, the last part of each as a beginning. Nothing that is typed is of its own language. */
export const matchOf = (words: string): string | null => {
  const typed = words.split(/[\s"\0]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return typed.length === 0 ? null : typed.map((word) => `"${word}"*`).join(' ');
};
