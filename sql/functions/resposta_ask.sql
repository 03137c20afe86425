-- resposta_ask: a person is asked what this answer means, or to do what it asks for: `motivo` says why, in Portuguese.
create or replace function resposta_ask(id bigint, motivo text)
returns void
language sql security definer
set search_path = carteiro, pg_temp
as $$
    update respostas p
    set estado = case when p.resolvida_em is null then 'pendente' else 'resolvida' end, motivo = resposta_ask.motivo,
        aplicar_em = null, updated_at = agora()
    where p.id = resposta_ask.id
$$;
