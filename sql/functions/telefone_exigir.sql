-- telefone_exigir: telefone_normalizar for functions that cannot go on without a number:
-- raises 22023 that names `telefone` and the reason, with the number masked.
create or replace function telefone_exigir(telefone text)
returns text
language plpgsql immutable parallel safe
as $$
declare
    lido record;
begin
    select r.telefone, r.motivo into lido from carteiro.telefone_normalizar(telefone_exigir.telefone) r;
    if lido.telefone is null then
        raise exception 'telefone: expected one number with DDD or with + and its country, found % (%)',
            coalesce(nullif(carteiro.telefone_mascarar(telefone_exigir.telefone), ''), 'nothing'), lido.motivo
            using errcode = '22023';
    end if;
    return lido.telefone;
end
$$;
grant execute on function telefone_exigir(text) to public;
