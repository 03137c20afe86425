-- resposta_done: this answer was acted on: `acao` says how.
create or replace function resposta_done(id bigint, acao text)
returns void
language sql security definer
set search_path = carteiro, pg_temp
as $$
    update respostas p
    set estado = case when p.resolvida_em is null then 'aplicada' else 'resolvida' end, acao = resposta_done.acao,
        updated_at = agora()
    where p.id = resposta_done.id
$$;
