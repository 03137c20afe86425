-- feriado_facultativos: whether the company (name or id) keeps the optional days (Carnival Monday and
-- Tuesday, Corpus Christi) as holidays; it does not until it says so. Returns what holds from now on.
create or replace function feriado_facultativos(guarda boolean, empresa text default null)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(feriado_facultativos.empresa);
begin
    if guarda is null then
        raise exception 'guarda: expected sim or não, found nothing' using errcode = '22023';
    end if;
    update empresas e set pontos_facultativos = guarda where e.id = dona;
    perform janela_changed(dona, 'feriado_facultativos', jsonb_build_object('guarda', guarda));
    return guarda;
end
$$;
grant execute on function feriado_facultativos(boolean, text) to carteiro_ops_escrita;
