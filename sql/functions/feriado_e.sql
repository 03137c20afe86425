-- feriado_e: whether this day is a holiday for the company (uuid): a national one, one of the optional
-- days if it keeps them, a local one of its own or of all.
create or replace function feriado_e(data date, empresa uuid)
returns boolean
language plpgsql stable
as $$
declare
    v_tipo constant integer := carteiro.feriado_nacional(feriado_e.data);
begin
    return v_tipo = 1
        or v_tipo = 2 and coalesce((select e.pontos_facultativos from carteiro.empresas e where e.id = feriado_e.empresa), false)
        or exists (
            select 1
            from carteiro.feriados f
            where f.data = feriado_e.data and (f.empresa_id = feriado_e.empresa or f.empresa_id is null));
end
$$;
grant execute on function feriado_e(date, uuid) to carteiro_ops_leitura, carteiro_ops_escrita;
