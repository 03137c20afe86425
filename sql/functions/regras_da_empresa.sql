-- regras_da_empresa: a new company has its rules from the start.
create or replace function regras_da_empresa()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform regras_install(new.id);
    return null;
end
$$;
create or replace trigger regras_da_empresa
    after insert on empresas
    for each row execute function regras_da_empresa();
