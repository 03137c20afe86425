-- janela_listar: when the company (name or id; todas: the defaults) may write, by purpose and day.
-- `propria`: its own windows, not the defaults.
create or replace function janela_listar(empresa text default null)
returns table (proposito text, dias text, inicio text, fim text, feriados boolean, propria boolean)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(janela_listar.empresa);
begin
    return query
    select j.proposito,
        (select string_agg((array['seg', 'ter', 'qua', 'qui', 'sex', 'sáb', 'dom'])[d], ', ' order by d) from unnest(j.dias) d),
        to_char(j.inicio, 'HH24:MI'), to_char(j.fim, 'HH24:MI'), j.feriados, j.empresa_id is not null
    from janelas_envio j
    where j.empresa_id is not distinct from (
        select x.empresa_id from janelas_envio x where x.empresa_id = dona and x.proposito = j.proposito limit 1)
    order by array_position(array['marketing', 'transacional', 'dono', 'resposta'], j.proposito), j.dias, j.inicio;
end
$$;
grant execute on function janela_listar(text) to carteiro_ops_leitura, carteiro_ops_escrita;
