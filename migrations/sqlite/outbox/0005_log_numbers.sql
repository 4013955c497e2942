-- What this laptop called each entry of the incident log that was written on it: booth-2·17.
create table log_numbers (
  operation_id text primary key,
  number integer not null unique
) strict;
