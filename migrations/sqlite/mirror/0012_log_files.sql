-- Pictures of the incident log as this laptop has them, in the pieces in which they travel.
create table mirror_log_pieces (
  sha256 text not null,
  piece integer not null,
  pieces integer not null,
  data text not null,
  primary key (sha256, piece)
) strict;
