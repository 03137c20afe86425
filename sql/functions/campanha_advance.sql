-- campanha_advance: one step for every active campaign: errors, list, queue, end. Returns those that moved;
-- while it returns something there is more to do at once.
--
-- The n people of a step are shared by the campaigns that have work, those with the fewest queued first
-- and a tenth of n at least, so that a big one does not keep a small one from its first message. A
-- lane is filled up to `teto` waiting rows (null: no ceiling), and again once a tenth of it is free:
-- edits and cancels act on what is left. What another planner holds is passed over.
create or replace function campanha_advance(n integer, teto integer default null)
returns table (campanha_id uuid, congeladas integer, enfileiradas integer)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    vivas campanhas[];
    c campanhas;
    parte integer;
    resta integer := campanha_advance.n;
    cabem integer;
    passo record;
begin
    perform campanha_pause_errors(k.id)
    from campanhas k
    where k.status = 'ativa' and exists (select 1 from campanha_erros e where e.campanha_id = k.id);

    select array_agg(k order by k.envios_criados, k.congelada_ate nulls first, k.id) into vivas
    from campanhas k
    join empresas e on e.id = k.empresa_id
    where k.status = 'ativa'
      and k.enfileirada_em is null
      and (k.congelada_em is null
           or k.max_por_dia is null
           or k.dia is distinct from (agora() at time zone e.fuso)::date
           or k.envios_no_dia < k.max_por_dia);
    parte := greatest(campanha_advance.n / greatest(cardinality(vivas), 1), campanha_advance.n / 10, 1);
    foreach c in array coalesce(vivas, '{}') loop
        exit when resta <= 0;
        campanha_id := c.id;
        congeladas := 0;
        enfileiradas := 0;
        cabem := least(parte, campanha_room(c.id, teto));
        if c.congelada_em is null and c.max_por_dia is null and cabem = parte
           and c.enfileirada_ate is not distinct from c.congelada_ate then
            passo := campanha_materialize(c.id, parte);
            congeladas := coalesce(passo.vistos, 0);
            enfileiradas := coalesce(passo.enfileiradas, 0);
        else
            if c.congelada_em is null then
                congeladas := coalesce(campanha_freeze(c.id, parte), 0);
            end if;
            if cabem > 0 then
                enfileiradas := coalesce(campanha_enqueue(c.id, cabem), 0);
            end if;
        end if;
        if congeladas > 0 or enfileiradas > 0 then
            resta := resta - greatest(congeladas, enfileiradas);
            return next;
        end if;
    end loop;

    perform campanha_finish(k.id) from campanhas k where k.status = 'ativa' and k.enfileirada_em is not null;
end
$$;
grant execute on function campanha_advance(integer, integer) to carteiro_planner;
