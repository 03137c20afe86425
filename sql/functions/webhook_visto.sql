-- webhook_visto: when a webhook of this number last came; null: never.
create or replace function webhook_visto(phone_number_id text)
returns timestamptz
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select v.em from webhooks_vistos v where v.phone_number_id = webhook_visto.phone_number_id
$$;
grant execute on function webhook_visto(text) to carteiro_api;
