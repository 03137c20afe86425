-- fila_move: ends live messages without sending them: out of fila_ativa, into the month, with
-- their effects. Returns how many.
--
-- `situacao` is erro, cancelada or expirada; `motivos[i]` belongs to `ids[i]` (one element serves
-- all). Rows in processando are left alone: their sender owns them. By DELETE and INSERT: an
-- UPDATE of the partition key fails whoever meets it with 40001. Found by id one by one, then by
-- their place: see fila_record.
create or replace function fila_move(ids uuid[], situacao text, motivos text[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    fim constant timestamptz := agora();
    movidas uuid[];
begin
    if coalesce(cardinality(ids), 0) = 0 then
        return 0; -- for none the planner takes any partial index, and walks it
    end if;
    perform 1 from fila_ativa f where f.id = any (ids) order by f.id for update;
    with alvo as (
        select viva.linha, case cardinality(motivos) when 1 then motivos[1] else motivos[i.n] end as motivo
        from unnest(ids) with ordinality as i (id, n)
        cross join lateral (
            select x.ctid as linha from fila_ativa x where x.id = i.id and x.status <> 'processando' offset 0) as viva
    ), fora as (
        delete from fila_ativa f
        using alvo a
        where f.ctid = a.linha
        returning f.*, a.motivo
    ), dentro as (
        insert into fila_mensagens (id, empresa_id, cliente_id, conversa_id, numero_id, canal, destino, tipo,
            formato, conteudo, carga, modelo_id, parametros, prioridade, faixa, status, tentativas,
            max_tentativas, agendar_para, ordem, valido_ate, garantia, reserva_seq, adiamentos, resgates,
            espera_motivo, erro, erro_codigo, origem, origem_id, metadata,
            fora_da_janela, resposta_a, digitando, created_at, encerrada_em)
        select f.id, f.empresa_id, f.cliente_id, f.conversa_id, f.numero_id, f.canal, f.destino, f.tipo,
            f.formato, f.conteudo, f.carga, f.modelo_id, f.parametros, f.prioridade, f.faixa, situacao, f.tentativas,
            f.max_tentativas, f.agendar_para, f.ordem, f.valido_ate, f.garantia, f.reserva_seq, f.adiamentos, f.resgates,
            f.espera_motivo, coalesce(f.motivo, f.erro), f.erro_codigo, f.origem, f.origem_id, f.metadata,
            f.fora_da_janela, f.resposta_a, f.digitando, f.created_at, fim
        from fora f
        returning id
    )
    select array_agg(d.id) into movidas from dentro d;

    if movidas is not null then
        insert into efeitos (tipo, em, ate, mensagens) values ('fim', fim, fim, movidas);
    end if;
    return coalesce(cardinality(movidas), 0);
end
$$;
