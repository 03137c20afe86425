-- frequencia_exigir: refuses a purpose that has no limits. Raises 22023 that names `proposito`.
create or replace function frequencia_exigir(proposito text)
returns void
language plpgsql immutable
as $$
begin
    if proposito is null or proposito not in ('marketing', 'transacional') then
        raise exception 'proposito: expected marketing or transacional, found "%"', coalesce(proposito, '')
            using errcode = '22023';
    end if;
end
$$;
