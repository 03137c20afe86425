-- campanha_reenviar: queues anew those of a campaign whose message failed for reasons of this `classe`
-- (campanha_erro_classe; passageiro when left out). Returns {reenviadas, classe}.
--
-- A campaign that is active, paused or concluida; the last becomes active again. Never whose message
-- was delivered or may have gone out: classe incerto is refused, and the queue is asked, not only the list.
-- Who opted out meanwhile is left out as ever. Raises 22023.
create or replace function campanha_reenviar(id uuid, classe text default 'passageiro')
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    c campanhas := campanha_lock(campanha_reenviar.id, '{ativa,pausada,concluida}', 'sent again');
    v_pessoas uuid[];
    v_mensagens uuid[];
begin
    if campanha_reenviar.classe is null or campanha_reenviar.classe not in ('passageiro', 'conta', 'conteudo', 'destinatario', 'limite_pessoa', 'outro') then
        raise exception 'classe: expected passageiro, conta, conteudo, destinatario, limite_pessoa or outro, found "%"', campanha_reenviar.classe
            using errcode = '22023',
                  hint = 'incerto may have been delivered, and optout does not want it: neither is sent again.';
    end if;
    if c.valido_ate <= agora() then
        raise exception 'id: the campaign was valid until %; nothing would be sent', c.valido_ate using errcode = '22023';
    end if;
    -- by each person's row first: the list's order is the order of locks
    select array_agg(x.cliente_id), array_agg(x.mensagem_id) into v_pessoas, v_mensagens
    from (
        select d.cliente_id, d.mensagem_id
        from campanha_erros e
        join campanha_destinatarios d on d.campanha_id = e.campanha_id and d.cliente_id = e.cliente_id
        where e.campanha_id = c.id
          and e.classe = campanha_reenviar.classe
          and (d.status = 'erro' or d.status = 'enviada' and d.entrega = 'falhou')
          and d.respondeu_em is null
          and not exists (select 1 from fila_ativa f where f.id = d.mensagem_id)
          and not exists (
              select 1 from fila_mensagens f
              where f.id = d.mensagem_id and f.encerrada_em = d.encerrada_em and f.entrega in ('entregue', 'lida'))
        order by d.cliente_id
        for update of d
    ) as x;
    if v_pessoas is null then
        return jsonb_build_object('reenviadas', 0, 'classe', campanha_reenviar.classe);
    end if;
    update campanha_destinatarios d
    set status = 'pendente', mensagem_id = null, entrega = null, erro = null, dia = null, encerrada_em = null
    from unnest(v_pessoas) as x (pessoa)
    where d.campanha_id = c.id and d.cliente_id = x.pessoa;
    delete from campanha_erros e using unnest(v_pessoas) as x (pessoa) where e.campanha_id = c.id and e.cliente_id = x.pessoa;
    perform campanha_rewind(c.id, v_pessoas);
    update campanhas k
    set status         = case when k.status = 'concluida' then 'ativa' else k.status end,
        finalizada_em  = case when k.status = 'concluida' then null else k.finalizada_em end,
        envios_criados = k.envios_criados - cardinality(v_pessoas)
    where k.id = c.id;
    perform campanha_audit(c, 'campanha_reenviada', jsonb_build_object('classe', campanha_reenviar.classe, 'pessoas', cardinality(v_pessoas)));
    notify carteiro_planner;
    return jsonb_build_object('reenviadas', cardinality(v_pessoas), 'classe', campanha_reenviar.classe);
end
$$;
grant execute on function campanha_reenviar(uuid, text) to carteiro_ops_escrita;
