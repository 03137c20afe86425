-- campanha_pausar: ativa → pausada: its lane is skipped from the next claim on; what is queued
-- stays. Returns the row.
create or replace function campanha_pausar(id uuid, motivo text default null)
returns campanhas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas := campanha_lock(campanha_pausar.id, '{ativa}', 'paused');
begin
    update campanhas k
    set status = 'pausada',
        pausa_motivo = coalesce(nullif(btrim(campanha_pausar.motivo), ''), 'a pedido')
    where k.id = c.id
    returning k.* into c;
    update faixas f set pausada_em = agora(), pausa_motivo = c.pausa_motivo where f.id = c.faixa_id;
    perform campanha_audit(c, 'campanha_pausada', jsonb_build_object('motivo', c.pausa_motivo));
    return c;
end
$$;
grant execute on function campanha_pausar(uuid, text) to carteiro_ops_escrita;
