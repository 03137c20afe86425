-- janela_empresa: the company that a verb about windows, holidays or limits means: `empresa` (name or
-- id), the only one when left out, null for todas: what holds for every company without rows of its own.
create or replace function janela_empresa(empresa text)
returns uuid
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    return case when lower(btrim(janela_empresa.empresa)) is distinct from 'todas'
        then empresa_resolver(janela_empresa.empresa) end;
end
$$;
