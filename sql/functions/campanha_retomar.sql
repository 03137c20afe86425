-- campanha_retomar: pausada → ativa: goes on where it stopped; what has failed by now does not pause it
-- again. Returns the row.
create or replace function campanha_retomar(id uuid)
returns campanhas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas := campanha_lock(campanha_retomar.id, '{pausada}', 'resumed');
begin
    update campanhas k
    set status = 'ativa', pausa_motivo = null, erro_desde = agora(), erro_vistos = 0,
        erro_base = greatest(k.envios_criados - (
            select count(*) from fila_ativa f where f.origem_id = k.id::text and f.status in ('pendente', 'incerta')), 0)
    where k.id = c.id
    returning k.* into c;
    update faixas f set pausada_em = null, pausa_motivo = null, pausada_ate = null where f.id = c.faixa_id;
    perform campanha_audit(c, 'campanha_retomada');
    perform fila_wake();
    notify carteiro_planner;
    return c;
end
$$;
grant execute on function campanha_retomar(uuid) to carteiro_ops_escrita;
