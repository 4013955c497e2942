-- What was paid, minute by minute, for the screens: the engine adds what it reads, in the transaction that moves its
-- watermark, so that each row counts once whatever happens to the engine (docs/overview.md).

create table console.traffic_minutes (
  minute timestamptz not null,
  -- The point of sale as the rows name it; empty where they do not.
  place text not null,
  -- The type as the rows are known by (console.type_word): what it does to a card is asked when it is read.
  type text not null,
  -- Decided ones with a right clock: those of a rate.
  total int not null,
  failed int not null,
  -- What the completed ones came to.
  amount numeric(14,2) not null,
  -- How many of the completed ones state no amount that can be read.
  no_amount int not null,
  primary key (minute, place, type)
);
comment on table console.traffic_minutes is
  'Transactions of each minute by point of sale and type, at the rows'' own time. Kept for three hours.';

create table console.places (
  place text primary key,
  last_at timestamptz not null
);
comment on table console.places is
  'Points of sale of the last day and when each last wrote, as far as console.traffic_minutes no longer says it.';
