-- feriado_listar: the holidays of a year (left out: this one) for the company (name or id), by day:
-- national, optional (`vale`: whether the company keeps them), local.
create or replace function feriado_listar(ano integer default null, empresa text default null)
returns table (data date, dia text, nome text, alcance text, vale boolean)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(feriado_listar.empresa);
    v_ano constant integer := coalesce(feriado_listar.ano, extract(year from agora())::integer);
    is_guarda constant boolean := coalesce((select e.pontos_facultativos from empresas e where e.id = dona), false);
begin
    if v_ano not between 1900 and 9999 then
        raise exception 'ano: expected a year such as 2026, found %', v_ano using errcode = '22023';
    end if;
    return query
    select f.data, formato_dia(f.data), f.nome, case when f.facultativo then 'ponto facultativo' else 'nacional' end,
        not f.facultativo or is_guarda
    from carteiro.feriados(v_ano) f
    union all
    select f.data, formato_dia(f.data), f.nome, case when f.empresa_id is null then 'local, de todas' else 'local' end, true
    from carteiro.feriados f
    where f.data between make_date(v_ano, 1, 1) and make_date(v_ano, 12, 31)
      and (f.empresa_id = dona or f.empresa_id is null)
    order by 1;
end
$$;
grant execute on function feriado_listar(integer, text) to carteiro_ops_leitura, carteiro_ops_escrita;
