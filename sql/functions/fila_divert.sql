-- fila_divert: what fila_claim found that may not leave: `fica` goes back with its reason and is
-- looked at again after `fica_esperas`; `fora` ends as `fora_status`. The caller holds the rows.
create or replace function fila_divert(fica uuid[], fica_motivos text[], fica_esperas interval[], fora uuid[],
    fora_status text[], fora_motivos text[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    fim text;
begin
    update fila_ativa f
    set agendar_para  = agora() + e.espera,
        adiamentos    = f.adiamentos + 1,
        espera_motivo = e.motivo
    from unnest(fica, fica_motivos, fica_esperas) as e (id, motivo, espera)
    cross join lateral (select x.ctid as linha from fila_ativa x where x.id = e.id offset 0) as viva
    where f.ctid = viva.linha;

    foreach fim in array array['expirada', 'cancelada', 'erro'] loop
        perform fila_move(array_agg(e.id order by e.id), fim, array_agg(e.motivo order by e.id))
        from unnest(fora, fora_status, fora_motivos) as e (id, status, motivo)
        where e.status = fim
        having count(*) > 0;
    end loop;
end
$$;
