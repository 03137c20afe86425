-- modelo_parametros: the values of a template's body placeholders for a person, in order, as a
-- JSON array; raises 23514 that names `parametros` and the placeholder nobody has a value for.
create or replace function modelo_parametros(modelo bigint, pessoa clientes, extra jsonb)
returns jsonb
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    valores jsonb;
    falta text;
begin
    select coalesce(jsonb_agg(cliente_valor(pessoa, extra, k.chave) order by k.n), '[]'),
           min(k.chave) filter (where cliente_valor(pessoa, extra, k.chave) is null)
    into valores, falta
    from modelos m
    cross join unnest(m.parametros) with ordinality as k (chave, n)
    where m.id = modelo_parametros.modelo;
    if falta is not null then
        raise exception 'parametros: nothing known of this cliente fills {%} of the template', falta
            using errcode = '23514';
    end if;
    return valores;
end
$$;
