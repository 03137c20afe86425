-- feriado_e: whether this day is a holiday for the company (uuid): a national one, one of the optional
-- days if it keeps them, a local one of its own or of all.
create or replace function feriado_e(data date, empresa uuid)
returns boolean
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    return exists (
            select 1
            from carteiro.feriados(extract(year from feriado_e.data)::integer) f
            where f.data = feriado_e.data
              and (not f.facultativo
                or (select e.pontos_facultativos from empresas e where e.id = feriado_e.empresa)))
        or exists (
            select 1
            from carteiro.feriados f
            where f.data = feriado_e.data and (f.empresa_id = feriado_e.empresa or f.empresa_id is null));
end
$$;
grant execute on function feriado_e(date, uuid) to carteiro_ops_leitura, carteiro_ops_escrita;
