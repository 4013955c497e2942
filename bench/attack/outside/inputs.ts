import fc from 'fast-check';

/** What nobody means well with: long, deep, foreign, or nearly right. */
export const nastyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    '\\',
    '"',
    "'; drop table console.alerts; --",
    '__proto__',
    'constructor',
    '\u202e',
    '\ud800',
    '/**/',
  ),
  fc
    .constantFrom('/**/', 'a@', '--\n', '{{a', '[', '(', ' ', 'é', 'e\u0301', '👩‍👩‍👧')
    .map((piece) => piece.repeat(20_000)),
);

const deep = fc.constantFrom(10, 100, 2_000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`);
/** As much as fits, in as many pieces as possible. */
const large = fc.constantFrom(
  `[${'0,'.repeat(500_000)}0]`,
  `[${'{},'.repeat(500_000)}{}]`,
  `[${'"é",'.repeat(300_000)}0]`,
  `{${Array.from({ length: 100_000 }, (_, index) => `"${index}":0`).join(',')}}`,
  JSON.stringify('x'.repeat(3_000_000)),
);
export const nastyJson = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 2, arbitrary: deep },
  { weight: 2, arbitrary: deep.map((text) => `{"a":${text}}`) },
  { weight: 4, arbitrary: nastyText.map((text) => JSON.stringify({ text, [text]: text })) },
  { weight: 1, arbitrary: fc.constant(JSON.stringify(Array.from({ length: 20_000 }, (_, index) => index))) },
  { weight: 1, arbitrary: large },
  { weight: 1, arbitrary: large.map((text) => `{"a":${text},"steps":${text}}`) },
);

const nastyNumber = fc.constantFrom('0', '-1', '2147483647', '9007199254740993', '9223372036854775807', '-32768', '1');
const nastyTime = fc.constantFrom(
  'infinity',
  '-infinity',
  '4713-01-01 BC',
  '294276-12-31',
  '2026-07-03 21:00:00+00',
  'now',
);

export type Column = { readonly name: string; readonly type: string };

/** A value of a column's type, as text: the server casts. */
export const valueFor = ({ type }: Column): fc.Arbitrary<string | null> => {
  if (type.startsWith('json')) return nastyJson;
  if (type.startsWith('timestamp')) return nastyTime;
  if (type === 'uuid') return fc.uuid();
  if (type === 'boolean') return fc.constantFrom('true', 'false');
  if (type === 'ARRAY') return fc.constantFrom('{}', '{1,2}', '{-1}');
  return /int|numeric|double/.test(type) ? nastyNumber : nastyText;
};

/** Input of a call. */
export const nastyInput = fc.oneof(
  fc.anything({ maxDepth: 4, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
  nastyJson.map((text): unknown => JSON.parse(text)),
  fc.dictionary(fc.constantFrom('cardId', 'eventId', 'incidentId', 'reason', 'operationId', 'runId'), nastyText),
);

const yamlLine = fc.constantFrom(
  'id: a',
  'version: 1',
  'title: { en: a, fr: b }',
  'steps:',
  '  - id: one',
  '    kind: query',
  '    kind: checklist',
  '    items: [{ id: a, label: { en: a, fr: b } }]',
  '    sql: select 1',
  'a: &a [1]',
  'b: [*a,*a,*a]',
  '? {a: b}',
  '- - - -',
  '"',
  '!!binary x',
  '%YAML 9',
  '---',
  '<<: *a',
  '\t',
);
export const nastyRunbook = fc.oneof(
  fc.array(yamlLine, { maxLength: 40 }).map((all) => all.join('\n')),
  nastyText,
  fc.constantFrom('[', '{', '- ', '? ', '"', '&a ', '*a ', '/**/', '{a: ', '? - ').map((piece) => piece.repeat(16_000)),
  nastyText.map((text) => JSON.stringify({ id: 'a', version: 1, steps: [{ kind: 'query', sql: text }] })),
);

/** What a program on this machine sends to the port of the browser host. */
export const nastyBytes = fc.oneof(
  nastyText,
  fc.constantFrom(
    'GET /%',
    'GET /../../x HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n',
  ),
);

const nest = `{"id":1,"call":"board.get","input":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
const carried = (content: string): string =>
  `{"id":1,"call":"outbox.import","input":{"passphrase":"x","content":${content}}}`;
export const nastyMessage = fc.oneof(
  nastyText,
  nastyJson,
  fc.constant(nest),
  nastyJson.map((text) => `{"id":1,"call":"card.get","input":${text}}`),
  large.map(carried),
  fc.constant(carried(JSON.stringify('A'.repeat(15_000_000)))),
  fc.constant(carried(`[${'[],'.repeat(4_000_000)}0]`)),
);
