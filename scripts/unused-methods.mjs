// Finds methods of our own types that no product code calls: knip sees exports, not what hangs on an object.
// node scripts/unused-methods.mjs   ends with an error where it finds one
import { join, relative } from 'node:path';
import * as ast from 'typescript7/unstable/ast';
import { API } from 'typescript7/unstable/sync';

/** Tests look inside through these; the product has no use for them. */
const FOR_TESTS = new Set([
  'Backups.runNow',
  'Dispatcher.poll',
  'Retention.runNow',
  'CardCopy.counts',
  'Link.status',
  'Listener.status',
  'Transaction.table',
]);

const root = process.cwd();
// The native checker answers in a third of the processor time of the one in JavaScript.
const api = new API({ cwd: root });
const [project] = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] }).getProjects();
const { program, checker } = project;
const product = /^(electron|shared|renderer)\/(?!testing\/|.*\.test\.ts$).*\.tsx?$/;
const nameOf = (fileName) => relative(root, fileName);
const sources = program
  .getSourceFileNames()
  .filter((fileName) => product.test(nameOf(fileName)))
  .map((fileName) => program.getSourceFile(fileName));

/** Methods by the place of their declaration, of types with a name. */
const methods = [];
const declare = (node, owner) => {
  if (ast.isTypeAliasDeclaration(node) || ast.isInterfaceDeclaration(node)) owner = node.name.text;
  else if (owner !== undefined && ast.isMethodSignatureDeclaration(node)) methods.push({ owner, node });
  node.forEachChild((child) => void declare(child, owner));
};
for (const source of sources) declare(source, undefined);

// Whose method a name is takes the whole type of what stands before it: only names that a method has are looked up.
const names = new Set(methods.map(({ node }) => node.name.text));
const accesses = [];
const patterns = [];
const visit = (node) => {
  if (ast.isPropertyAccessExpression(node) && names.has(node.name.text)) accesses.push(node.name);
  if (ast.isObjectBindingPattern(node)) {
    const taken = node.elements.map(({ propertyName, name }) => (propertyName ?? name).text);
    const methodNames = taken.filter((name) => names.has(name));
    if (methodNames.length > 0) patterns.push({ node, methodNames });
  }
  node.forEachChild((child) => void visit(child));
};
for (const source of sources) visit(source);

const used = new Set();
const use = (symbol) => {
  for (const declaration of symbol?.declarations ?? []) used.add(declaration.resolve());
};
for (const symbol of checker.getSymbolAtLocation(accesses)) use(symbol);
const types = checker.getTypeAtLocation(patterns.map(({ node }) => node));
for (const [index, { methodNames }] of patterns.entries()) {
  const type = types[index];
  for (const name of methodNames) if (type !== undefined) use(checker.getPropertyOfType(type, name));
}

const unused = methods
  .filter(({ owner, node }) => !used.has(node) && !FOR_TESTS.has(`${owner}.${node.name.text}`))
  .map(({ owner, node }) => {
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    return `${nameOf(source.fileName)}:${line + 1}  ${owner}.${node.name.text}`;
  });
api.close();
for (const line of unused) console.log(line);
console.log(`${methods.length} methods, ${unused.length} of them called by nobody`);
process.exit(unused.length > 0 || methods.length === 0 ? 1 : 0);
