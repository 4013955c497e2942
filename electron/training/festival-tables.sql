-- The festival's own tables as they are in the field (docs/festival-schema.md, "Festival tables"). Only the training
-- festival and the tests make them; on a real festival they are there already and Regie never alters them.

create table table_cards (
  id text primary key,
  amount numeric(10,2) default 0,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table app_transaction_log (
  log_id bigserial primary key,
  transaction_id uuid unique default gen_random_uuid(),
  correlation_id uuid,
  card_id text not null,
  transaction_type text not null,
  status text not null,
  amount_involved numeric(10,2),
  previous_balance numeric(10,2),
  new_balance numeric(10,2),
  details jsonb,
  edge_function_name text,
  edge_function_request_id text,
  client_request_id text,
  timestamp timestamptz default now()
);

create table nfc_scan_log (
  scan_log_id bigserial primary key,
  card_id_scanned text,
  raw_data text,
  scan_timestamp timestamptz default now(),
  scan_status text,
  processing_duration_ms int,
  operation_id text,
  client_request_id text,
  scan_location_context text,
  device_identifier text,
  user_agent text,
  error_message text,
  error_code text,
  metadata jsonb
);

create table bar_orders (
  id bigserial primary key,
  card_id text not null,
  total_amount numeric(10,2) not null,
  status text not null,
  point_of_sale text,
  client_request_id text,
  created_at timestamptz default now()
);

create table bar_order_items (
  order_id bigint not null references bar_orders (id),
  product_name text not null,
  price numeric(10,2) not null,
  quantity int not null,
  is_deposit boolean not null default false,
  is_return boolean not null default false
);

create table recharges (
  id bigserial primary key,
  id_card text,
  card_id text,
  amount numeric(10,2) not null,
  paid_by_card boolean,
  stripe_session_id text,
  client_request_id text,
  staff_id text,
  checkpoint_id text,
  created_at timestamptz default now()
);

create table idempotency_keys (
  request_id text primary key,
  source_function text not null,
  status text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
