-- frequencia_listar: the limits that hold for the company (name or id; todas: those of all). `propria`:
-- its own.
create or replace function frequencia_listar(empresa text default null)
returns table (proposito text, maximo integer, dias integer, propria boolean)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(frequencia_listar.empresa);
begin
    return query
    select distinct on (l.proposito, l.dias) l.proposito, l.maximo, l.dias, l.empresa_id is not null
    from limites_frequencia l
    where l.empresa_id = dona or l.empresa_id is null
    order by l.proposito, l.dias, l.empresa_id nulls last;
end
$$;
grant execute on function frequencia_listar(text) to carteiro_ops_leitura, carteiro_ops_escrita;
