-- campanha_rewind: makes the planner queue these people of a campaign's list again: its cursor goes back to
-- before the first of them.
create or replace function campanha_rewind(id uuid, pessoas uuid[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_primeira uuid := (select p from unnest(pessoas) p order by p limit 1);
    v_antes uuid := (
        select d.cliente_id
        from campanha_destinatarios d
        where d.campanha_id = campanha_rewind.id and d.cliente_id < v_primeira
        order by d.cliente_id desc
        limit 1);
begin
    update campanhas k
    set enfileirada_ate = case when v_antes is null or k.enfileirada_ate is null then null else least(k.enfileirada_ate, v_antes) end,
        enfileirada_em  = null
    where k.id = campanha_rewind.id;
end
$$;
