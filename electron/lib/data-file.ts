import { isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type FileProblem, problemOf } from '../../shared/domain/input-problem.ts';

/** More than any runbook or checklist needs; a file beyond it is none. */
export const FILE_BYTES = 64 * 1024;
const PROBLEMS_TOLD = 5;
/** Aliases may repeat a part, and must not make a few lines into gigabytes. */
const ALIASES = 100;

export type ReadFile<Content> =
  | { readonly ok: true; readonly content: Content }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Reads data from a file's text, YAML or JSON, which is YAML as well. What is wrong is told with its line. */
export const readDataFile = <Content>(schema: z.ZodType<Content>, file: string, text: string): ReadFile<Content> => {
  const lines = new LineCounter();
  const lineAt = (offset: number | undefined): number | null =>
    offset === undefined ? null : lines.linePos(offset).line;
  const refuse = (problems: readonly Omit<FileProblem, 'file'>[]): ReadFile<Content> => ({
    ok: false,
    problems: problems.slice(0, PROBLEMS_TOLD).map((problem) => ({ file, ...problem })),
  });
  if (text.length > FILE_BYTES) {
    const problem = { where: '', problem: 'file_too_long', limit: '' } as const;
    return refuse([{ line: null, reason: 'the file is too long', problem }]);
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) {
    return refuse(
      document.errors
        .slice(0, PROBLEMS_TOLD)
        .map(({ pos, message }) => ({ line: lineAt(pos[0]), reason: message, problem: null })),
    );
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: ALIASES });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse([{ line: null, reason, problem: null }]);
  }
  if (content === null || content === undefined) {
    const problem = { where: '', problem: 'file_empty', limit: '' } as const;
    return refuse([{ line: null, reason: 'the file is empty', problem }]);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { ok: true, content: parsed.data };
  return refuse(
    parsed.error.issues.slice(0, PROBLEMS_TOLD).map((issue) => ({
      line: lineAt(offsetOf(document.contents, issue)),
      reason: [issue.path.join('.'), issue.message].filter((part) => part !== '').join(': '),
      problem: problemOf(issue),
    })),
  );
};

/** What is said of a file whose reading had to be cut off. */
export const cutOffFile = (file: string): ReadFile<never> => {
  const problem = { where: '', problem: 'file_too_slow', limit: '' } as const;
  return { ok: false, problems: [{ file, line: null, reason: 'reading the file takes too long', problem }] };
};

/** Where in the file an issue is: at the key that should not be there, at the value, or at the part that lacks something. */
const offsetOf = (root: Node | null, issue: z.core.$ZodIssue): number | undefined => {
  let node: Node | null = root;
  let offset = root?.range?.[0];
  const wanted = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  for (const [index, key] of wanted.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isNode(item.key) && String(item.key) === String(key));
      if (pair === undefined) return offset;
      const keyNode = isNode(pair.key) ? pair.key : null;
      node = isNode(pair.value) ? pair.value : null;
      const last = index === wanted.length - 1;
      offset = (last && issue.code === 'unrecognized_keys' ? keyNode?.range?.[0] : node?.range?.[0]) ?? offset;
    } else {
      const child = node !== null && 'get' in node && typeof node.get === 'function' ? node.get(key, true) : undefined;
      if (!isNode(child)) return offset;
      node = child;
      offset = node.range?.[0] ?? offset;
    }
  }
  return offset;
};
