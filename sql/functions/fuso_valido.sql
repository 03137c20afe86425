-- fuso_valido: this time zone, or the company's (uuid) where there is none or PostgreSQL knows none of
-- that name: what people wrote into a column must not stop a claim.
create or replace function fuso_valido(fuso text, empresa uuid)
returns text
language plpgsql stable
as $$
begin
    if fuso_valido.fuso is not null then
        perform timezone(fuso_valido.fuso, timestamptz 'epoch');
        return fuso_valido.fuso;
    end if;
    return (select e.fuso from carteiro.empresas e where e.id = fuso_valido.empresa);
exception
    when invalid_parameter_value then
        return coalesce((select e.fuso from carteiro.empresas e where e.id = fuso_valido.empresa), 'America/Sao_Paulo');
end
$$;
