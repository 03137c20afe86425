-- painel_campanha_termina: when the last message of an active campaign leaves, as campanha_eta says, at the
-- pace of the last hour that is whole; null: it is not active, its list is not whole, or nobody can say.
create or replace function painel_campanha_termina(campanha_id uuid)
returns timestamptz
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    c campanhas;
    v_feitas bigint;
    v_hora bigint;
begin
    select k.* into c from campanhas k where k.id = painel_campanha_termina.campanha_id;
    if c.status is distinct from 'ativa' or c.congelada_em is null then
        return null;
    end if;
    select coalesce(sum(r.enviadas + r.erros + r.canceladas + r.expiradas), 0),
        sum(r.enviadas) filter (where r.hora = date_bin('1 hour', v_agora, '2000-01-01 00:00:00+00') - interval '1 hour')
    into v_feitas, v_hora
    from resumo_horas r
    where r.campanha_id = c.id and r.campanha_id <> '00000000-0000-0000-0000-000000000000';
    -- an hour in which it began, or a window closed, says too little
    return campanha_eta(c, greatest(c.total_destinatarios - v_feitas, 0), greatest(c.envios_criados - v_feitas, 0),
        case when v_hora > 100 and c.iniciada_em < v_agora - interval '2 hours' then v_hora / 3600.0 else 0 end);
end
$$;
grant execute on function painel_campanha_termina(uuid) to carteiro_grafana;
