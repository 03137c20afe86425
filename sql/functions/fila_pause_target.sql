-- fila_pause_target: company, number, account and template of a message, live or of the last eight
-- days; `foi_modelo`: its last claim sent the template. No row when there is none.
create or replace function fila_pause_target(mensagem uuid)
returns table (empresa_id uuid, numero_id integer, conta_id bigint, modelo_id bigint, foi_modelo boolean)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    return query
    select n.empresa_id, n.id, n.conta_id, f.modelo_id, coalesce(f.fora_da_janela, f.formato = 'template')
    from (
        select a.numero_id, a.modelo_id, a.fora_da_janela, a.formato
        from fila_ativa a
        where a.id = mensagem
        union all
        select m.numero_id, m.modelo_id, m.fora_da_janela, m.formato
        from fila_mensagens m
        where m.id = mensagem and m.encerrada_em between agora() - interval '8 days' and agora() + interval '1 day'
        limit 1
    ) as f
    join numeros n on n.id = f.numero_id;
end
$$;
