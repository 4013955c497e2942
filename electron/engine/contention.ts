const CODES = new Set(['40001', '40P01', '55P03']);

/** Another session was first, or the server ended a deadlock: nothing was written, and it may be tried again at once. */
export const isContention = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && CODES.has(String(error.code));
