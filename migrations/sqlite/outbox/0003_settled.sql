-- What is settled and decided is forgotten by its age.
create index outbox_settled on outbox (settled_at) where state = 'applied' or closed_as is not null;
