-- instante_ler: a time as people write it; without a zone it is the company's (`empresa`: name or
-- id; left out: the only one). Null for null. `argumento` is who the complaint is about.
--
-- '2026-12-01T09:00' is nine o'clock there, '2026-12-01T09:00-03:00' and '…Z' say it themselves.
-- Raises 22023 that shows what was found.
create or replace function instante_ler(texto text, empresa text default null, argumento text default null)
returns timestamptz
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    zona text;
begin
    if texto is null then
        return null;
    end if;
    if texto ~* ':[0-9]{2}([.][0-9]+)?\s*(z|utc|[+-][0-9]{2}(:?[0-9]{2})?)\s*$' then
        return texto::timestamptz;
    end if;
    select e.fuso into strict zona from empresas e where e.id = empresa_resolver(instante_ler.empresa);
    return texto::timestamp at time zone zona;
exception
    when invalid_datetime_format or datetime_field_overflow then
        raise exception '%expected a time such as 2026-12-01T09:00 or 2026-12-01T09:00-03:00, found "%"',
            coalesce(argumento || ': ', ''), texto
            using errcode = '22023';
end
$$;
grant execute on function instante_ler(text, text, text) to carteiro_ops_leitura, carteiro_ops_escrita;
