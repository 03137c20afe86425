-- followup_cancelar: follow-ups by request that this person still has to get are not sent; with
-- `followup_type` only those. Returns how many.
create or replace function followup_cancelar(user_id text, followup_type text default null, empresa text default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(followup_cancelar.empresa);
    v_pessoa constant uuid := cliente_resolver(dona, followup_cancelar.user_id);
begin
    if v_pessoa is null then
        raise exception 'user_id: the company knows nobody by it' using errcode = '22023';
    end if;
    if followup_cancelar.followup_type not in ('post_service', 'post_purchase', 'reminder', 'reengagement') then
        raise exception 'followup_type: expected post_service, post_purchase, reminder or reengagement, found "%"',
            followup_cancelar.followup_type using errcode = '22023';
    end if;
    return disparos_cancel(array(
        select d.id
        from disparos d
        join regras_followup r on r.id = d.regra_id
        where d.cliente_id = v_pessoa
          and d.status in ('planejado', 'enfileirado')
          and r.gatilho = 'pedido'
          and (followup_cancelar.followup_type is null or r.nome = followup_cancelar.followup_type)), 'cancelado a pedido');
end
$$;
grant execute on function followup_cancelar(text, text, text) to carteiro_ops_escrita;
