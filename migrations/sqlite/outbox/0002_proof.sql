-- Who gave it is proven to the festival's database. What an older version took in has no proof: it comes to the tray.
alter table outbox add column proof text not null default '';
