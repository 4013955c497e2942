-- Who was signed in when: how many alerts came to one person is counted by it (docs/alarm-quality.md).
create table console.attendance (
  -- Ten minutes each, counted from 1970: what ISA-18.2 and EEMUA 191 count by.
  period bigint not null,
  operator text not null,
  primary key (period, operator)
);
comment on table console.attendance is 'Who was signed in on any laptop in each ten minutes.';
