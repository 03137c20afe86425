-- fila_claim_alone: the one message, of those whose sender vanished twice while holding them, that has
-- been due longest: to be sent while nothing else is in flight. The same gates and the same columns as
-- fila_claim, of which it is a claim of one lane from that message on.
--
-- Not from a number that is paused; where an automatic pause is due it is the probe. In the mode degradado it costs a
-- token, and a marketing lane's is passed over, or it would stand before all others.
create or replace function fila_claim_alone(trabalhador text, reserva_ms integer, only_to text[] default null,
    epoca bigint default null, taxa_padrao double precision default null)
returns table (id uuid, reserva_seq bigint, numero_id integer, prioridade smallint, faixa integer,
    agendar_para timestamptz, ordem bigint, atraso_ms bigint, destino text, tipo text, formato text, conteudo text,
    carga text, modelo_nome text, modelo_idioma text, parametros text, tentativa integer,
    resposta_a text, digitando boolean, fora_da_janela boolean, is_sonda boolean)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_uma record;
begin
    select f.numero_id, f.prioridade, f.faixa, f.agendar_para, f.ordem into v_uma
    from fila_ativa f
    where f.status = 'pendente'
      and f.resgates >= 2
      and f.agendar_para <= v_agora
      and exists (select 1 from fila_numeros_livres(array[f.numero_id]) offset 0)
      and not exists (
          select 1
          from faixas x
          where x.id = f.faixa
            and (x.pausada_em is not null and coalesce(x.pausada_ate > v_agora, true)
                 or x.fechada_ate > v_agora
                 or x.proposito = 'marketing'
                    and exists (select 1 from modo_envio m where m.unico and m.modo = 'degradado'))
          offset 0)
    order by f.agendar_para
    limit 1
    for update of f skip locked;
    if found then
        return query
        select *
        from fila_claim(trabalhador, reserva_ms, array[v_uma.numero_id], array[v_uma.prioridade],
            array[v_uma.faixa], array[1], array[v_uma.agendar_para], array[v_uma.ordem],
            fila_claim_alone.only_to, fila_claim_alone.epoca, fila_claim_alone.taxa_padrao, true);
    end if;
end
$$;
grant execute on function fila_claim_alone(text, integer, text[], bigint, double precision) to carteiro_sender;
