-- feriado_remover: takes away a local holiday of the company (name or id; todas: one of all). Returns
-- whether there was one. National holidays cannot be removed: let the window open on them instead.
create or replace function feriado_remover(data date, empresa text default null)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := janela_empresa(feriado_remover.empresa);
    is_achado boolean;
begin
    delete from carteiro.feriados f
    where f.data = feriado_remover.data and f.empresa_id is not distinct from dona;
    is_achado := found;
    if is_achado then
        perform janela_changed(dona, 'feriado_remover', jsonb_build_object('data', feriado_remover.data));
    end if;
    return is_achado;
end
$$;
grant execute on function feriado_remover(date, text) to carteiro_ops_escrita;
