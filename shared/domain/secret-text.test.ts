import { expect, it } from 'vitest';
import { withoutSecrets } from './secret-text.ts';

it.each([
  [`alter role tills password 'geheim'`, `alter role tills password …`],
  [`create role a login password  E'it\\'s' valid until 'x'`, `create role a login password  … valid until 'x'`],
  [
    'connect to postgres://regie:geheim@db.example:5432/festival',
    'connect to postgres://regie:…@db.example:5432/festival',
  ],
  ['Authorization: Bearer abcdefgh.ijkl', 'Authorization: … …'],
  ['{"token":"abc def","at":1}', '{"token":…,"at":1}'],
  ['PGPASSWORD=geheim psql', 'PGPASSWORD=… psql'],
])('%s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});

it('leaves statements that hold none as they are', () => {
  const statement = `update table_cards set amount = amount - 5 where id = 'A1'`;
  expect(withoutSecrets(statement)).toBe(statement);
});
