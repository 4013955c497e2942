/**
 * What Postgres accepts in a column of a type, and no festival means: the boundaries of the type and what programs leave
 * behind. `odd`: whether the console must name it where an amount, a time or an id is wanted; undefined where both
 * would do.
 */
export type OddValue = { readonly text: string | null; readonly odd?: boolean };

const values = (odd: boolean | undefined, ...texts: (string | null)[]): OddValue[] =>
  texts.map((text) => (odd === undefined ? { text } : { text, odd }));

/** Text of so many bytes that no key and no line has room for. */
export const noise = (bytes: number): string =>
  Array.from({ length: bytes }, (_, index) => String.fromCharCode(33 + ((index * 7919) % 90))).join('');

const ODD_AMOUNTS = ['NaN', 'Infinity', '-Infinity', '100000000', '-100000000', '1e100', '1e-10', '12.345', '0.005'];
export const AMOUNTS: readonly OddValue[] = [
  ...values(false, null, '0', '-0.00', '0.01', '5', '99999999.99', '-99999999.99', '12.3400000'),
  ...values(true, ...ODD_AMOUNTS, '-1e131071'),
];
/** In a numeric(10,2), which keeps most away. */
export const CENTS: readonly OddValue[] = [
  ...values(false, null, '0', '-0.01', '5', '99999999.99', '-99999999.99'),
  ...values(true, 'NaN'),
];
export const FLOATS: readonly OddValue[] = [
  ...values(false, null, '0', '-0', '0.1', '12.34', '99999999.99'),
  ...values(true, 'NaN', 'Infinity', '-Infinity', '1e308', '-1e308', '5e-324', '0.005', '1e15'),
];
export const TEXT_AMOUNTS: readonly OddValue[] = [
  ...values(false, null, '0', '12.34', '-5', '+7.50', ' 5 '),
  ...values(true, ...ODD_AMOUNTS, '', 'abc', '5,00', '٥', '5.00 €', '\u0001'),
];
export const TIMES: readonly OddValue[] = [
  ...values(false, null),
  ...values(true, 'infinity', '-infinity', 'epoch', '4713-01-01 BC', '294276-12-31 23:59:59.999999', '9999-12-31'),
  ...values(true, '0001-01-01', '1969-12-31 23:59:59.999999', '2255-06-06', '2038-01-19 03:14:08'),
  ...values(true, '1999-12-31 23:59:60'),
];
export const IDS: readonly OddValue[] = [
  ...values(
    false,
    'odd',
    ' odd',
    'odd\n',
    '\u0001',
    '\u202eodd',
    'e\u0301',
    '👩‍👩‍👧‍👦',
    "'; --",
    '\\',
    '$1',
    '{}',
    '%',
    '100%',
  ),
  ...values(false, noise(500)),
  ...values(true, noise(513), noise(12_000), '€'.repeat(3_000)),
];
export const WORDS: readonly (string | null)[] = [
  ...[
    'bar_order',
    'BAR_ORDER',
    ' bar_order',
    '',
    '\n',
    noise(12_000),
    '{"a": 1}',
    '\u0001',
    '<script>alert(1)</script>',
  ],
];
export const STATUSES: readonly (string | null)[] = ['failed', 'completed', 'pending', 'FAILED', '', noise(3_000)];
export const JSONS: readonly (string | null)[] = [
  ...[null, 'null', '[]', '{}', '[1, [2]]', '"text"', '1e400', 'true', '{"point_of_sale": {"a": [1]}}'],
  ...['{"point_of_sale": null, "error": []}', '{"ledger_delta": "NaN"}', '{"ledger_delta": "99999999.99"}', '{"": ""}'],
  ...['{"amount": 1e300, "ids": [9007199254740993, -1]}', '{"occurred_at": "infinity"}'],
  `{"point_of_sale": ${JSON.stringify(noise(20_000))}}`,
  `${'['.repeat(900)}${']'.repeat(900)}`,
];
export const INTEGERS: readonly (string | null)[] = [null, '0', '-1', '2147483647', '-2147483648'];
export const UUIDS: readonly (string | null)[] = [null, '00000000-0000-0000-0000-000000000000'];
