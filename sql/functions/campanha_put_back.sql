-- campanha_put_back: takes what waits in the queue of a paused campaign back to its list, to be queued anew
-- with what it says by then. Returns how many. The caller has locked the campaign.
--
-- These messages never were anybody's to send: they are deleted, not ended. What is being sent or incerta
-- stays. The day they counted for is given back to max_por_dia.
create or replace function campanha_put_back(c campanhas)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_ids uuid[];
    v_pessoas uuid[];
    v_hoje integer;
begin
    perform 1 from fila_ativa f where f.origem_id = c.id::text and f.status = 'pendente' and f.reserva_seq = 0 order by f.id for update;
    with fora as (
        delete from fila_ativa f
        where f.origem_id = c.id::text and f.status = 'pendente' and f.reserva_seq = 0
        returning f.id, f.cliente_id
    )
    select array_agg(x.id), array_agg(x.cliente_id) into v_ids, v_pessoas from fora x;
    if v_ids is null then
        return 0;
    end if;
    with volta as (
        update campanha_destinatarios d
        set status = 'pendente', mensagem_id = null, dia = null
        from (select q.id, q.pessoa, y.dia
              from unnest(v_ids, v_pessoas) as q (id, pessoa)
              join campanha_destinatarios y on y.campanha_id = c.id and y.cliente_id = q.pessoa and y.mensagem_id = q.id) x
        where d.campanha_id = c.id and d.cliente_id = x.pessoa
        returning x.dia
    )
    select count(*) filter (where v.dia = c.dia) into v_hoje from volta v;
    perform campanha_rewind(c.id, v_pessoas);
    update campanhas k
    set envios_criados = k.envios_criados - cardinality(v_ids),
        envios_no_dia  = greatest(k.envios_no_dia - v_hoje, 0)
    where k.id = c.id;
    return cardinality(v_ids);
end
$$;
