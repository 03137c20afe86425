-- campanha_pausar: ativa → pausada: its lane is skipped from the next claim on; what is queued
-- stays. With `ate` it goes on by itself then (campanha_due), else by campanha_retomar. Returns the row.
create or replace function campanha_pausar(id uuid, motivo text default null, ate timestamptz default null)
returns campanhas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas := campanha_lock(campanha_pausar.id, '{ativa}', 'paused');
begin
    if campanha_pausar.ate <= agora() then
        raise exception 'ate: expected an instant to come' using errcode = '22023';
    end if;
    update campanhas k
    set status = 'pausada',
        pausa_motivo = coalesce(nullif(btrim(campanha_pausar.motivo), ''), 'a pedido')
    where k.id = c.id
    returning k.* into c;
    update faixas f
    set pausada_em = agora(), pausa_motivo = c.pausa_motivo, pausada_ate = campanha_pausar.ate
    where f.id = c.faixa_id;
    perform campanha_audit(c, 'campanha_pausada',
        jsonb_strip_nulls(jsonb_build_object('motivo', c.pausa_motivo, 'ate', campanha_pausar.ate)));
    return c;
end
$$;
grant execute on function campanha_pausar(uuid, text, timestamptz) to carteiro_ops_escrita;
