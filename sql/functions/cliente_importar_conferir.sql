-- cliente_importar_conferir: raises 55000 unless this connection's import was begun by
-- cliente_importar_abrir. A caller's own table of the same name could carry a trigger, which
-- would run with the rights of the functions that write to it.
create or replace function cliente_importar_conferir()
returns void
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    if 4 <> (
        select count(*)
        from pg_class r
        where r.relnamespace = pg_my_temp_schema()
          and r.relname in ('importacao', 'importacao_linhas', 'importacao_pessoas', 'importacao_lote')
          and r.relkind = 'r'
          and r.relowner = (select o.oid from pg_roles o where o.rolname = current_user)) then
        raise exception 'no import is open in this connection: cliente_importar_abrir comes first' using errcode = '55000';
    end if;
end
$$;
