-- campanha_answered: this person answered this message at `em`: where it is a campaign's, its list keeps it, the first
-- time only.
create or replace function campanha_answered(pessoa uuid, mensagem uuid, origem_id text, em timestamptz)
returns void
language sql security definer
set search_path = carteiro, pg_temp
as $$
    update campanha_destinatarios d
    set respondeu_em = campanha_answered.em
    where d.campanha_id = campanha_da_origem(campanha_answered.origem_id)
      and d.cliente_id = pessoa
      and d.mensagem_id = campanha_answered.mensagem
      and d.respondeu_em is null
$$;
