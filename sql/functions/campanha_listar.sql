-- campanha_listar: the campaigns of a company, newest first; of one status, when it is given.
--
-- Raises 22023 naming the argument.
create or replace function campanha_listar(empresa text default null, status text default null)
returns setof campanhas
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(campanha_listar.empresa);
begin
    if campanha_listar.status not in ('rascunho', 'agendada', 'ativa', 'pausada', 'concluida', 'cancelada') then
        raise exception 'status: expected rascunho, agendada, ativa, pausada, concluida or cancelada, found "%"',
            campanha_listar.status using errcode = '22023';
    end if;
    return query
    select k.*
    from campanhas k
    where k.empresa_id = dona
      and (campanha_listar.status is null or k.status = campanha_listar.status)
    order by k.created_at desc, k.id desc;
end
$$;
grant execute on function campanha_listar(text, text) to carteiro_ops_leitura, carteiro_ops_escrita;
