// Finds methods of our own types that no product code calls: knip sees exports, not what hangs on an object.
// node scripts/unused-methods.mjs   ends with an error where it finds one
import { relative } from 'node:path';
import ts from 'typescript';

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

const read = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.json',
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error },
);
const product = /^(electron|shared)\/(?!testing\/|.*\.test\.ts$).*\.ts$/;
const files = read.fileNames.filter((file) => product.test(relative(process.cwd(), file)));
const program = ts.createProgram(files, { ...read.options, noEmit: true });
const checker = program.getTypeChecker();
const nameOf = (source) => relative(process.cwd(), source.fileName);
const sources = program.getSourceFiles().filter((source) => product.test(nameOf(source)));

/** Methods by the place of their declaration, of types with a name. */
const methods = [];
const declare = (node, owner) => {
  if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) owner = node.name.text;
  else if (owner !== undefined && ts.isMethodSignature(node)) methods.push({ owner, node });
  ts.forEachChild(node, (child) => declare(child, owner));
};
for (const source of sources) declare(source, undefined);

// Whose method a name is takes the whole type of what stands before it: only names that a method has are looked up.
const names = new Set(methods.map(({ node }) => node.name.getText()));
const used = new Set();
const use = (symbol) => {
  for (const declaration of symbol?.declarations ?? []) used.add(declaration);
};
const visit = (node) => {
  if (ts.isPropertyAccessExpression(node)) {
    if (names.has(node.name.text)) use(checker.getSymbolAtLocation(node.name));
  } else if (ts.isObjectBindingPattern(node)) {
    const taken = node.elements.map(({ propertyName, name }) => (propertyName ?? name).getText());
    const type = taken.some((name) => names.has(name)) ? checker.getTypeAtLocation(node) : undefined;
    for (const name of taken) use(type?.getProperty(name));
  }
  ts.forEachChild(node, visit);
};
for (const source of sources) visit(source);

const unused = methods
  .filter(({ owner, node }) => !used.has(node) && !FOR_TESTS.has(`${owner}.${node.name.getText()}`))
  .map(({ owner, node }) => {
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    return `${nameOf(source)}:${line + 1}  ${owner}.${node.name.getText()}`;
  });
for (const line of unused) console.log(line);
console.log(`${methods.length} methods, ${unused.length} of them called by nobody`);
process.exit(unused.length > 0 || methods.length === 0 ? 1 : 0);
