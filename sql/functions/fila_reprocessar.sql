-- fila_reprocessar: puts a message that ended unsent (erro, cancelada, expirada) back into the
-- queue, with its attempts and rescues anew: a person says try again. Returns its id.
--
-- reserva_seq grows: else the old attempt's late webhook would settle the new one unsent. Raises
-- 22023 when it was sent, is still live, or does not exist.
create or replace function fila_reprocessar(id uuid)
returns uuid
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    estado text;
begin
    perform painel_forget(array[fila_reprocessar.id]);
    with fora as (
        delete from fila_mensagens f
        where f.id = fila_reprocessar.id
          and f.encerrada_em < 'infinity'
          and f.status in ('erro', 'cancelada', 'expirada')
        returning f.*
    )
    insert into fila_mensagens (id, empresa_id, cliente_id, conversa_id, numero_id, canal, destino, tipo, formato,
        conteudo, carga, modelo_id, parametros, prioridade, faixa, max_tentativas, agendar_para, valido_ate,
        garantia, reserva_seq, adiamentos, origem, origem_id, metadata,
        fora_da_janela, resposta_a, digitando, created_at)
    select f.id, f.empresa_id, f.cliente_id, f.conversa_id, f.numero_id, f.canal, f.destino, f.tipo, f.formato,
        f.conteudo, f.carga, f.modelo_id, f.parametros, f.prioridade, f.faixa, f.max_tentativas, agora(),
        case when f.valido_ate > agora() then f.valido_ate end,
        f.garantia, f.reserva_seq + 1, f.adiamentos, f.origem, f.origem_id, f.metadata,
        f.fora_da_janela, f.resposta_a, f.digitando, f.created_at
    from fora f;
    if not found then
        select f.status into estado from fila_mensagens f where f.id = fila_reprocessar.id;
        raise exception 'id: %', case
            when estado is null then 'there is no message ' || fila_reprocessar.id
            else 'the message is ' || estado || '; only erro, cancelada and expirada go back' end
            using errcode = '22023';
    end if;
    return fila_reprocessar.id;
end
$$;
grant execute on function fila_reprocessar(uuid) to carteiro_ops_escrita;
