-- janela_exigir: refuses a purpose that has no windows of its own. Raises 22023 that names `proposito`.
create or replace function janela_exigir(proposito text)
returns void
language plpgsql immutable
as $$
begin
    if proposito = 'resposta' then
        raise exception 'proposito: answers (resposta) are never held; expected marketing, transacional or dono'
            using errcode = '22023';
    end if;
    if proposito is null or proposito not in ('marketing', 'transacional', 'dono') then
        raise exception 'proposito: expected marketing, transacional or dono, found "%"', coalesce(proposito, '')
            using errcode = '22023';
    end if;
end
$$;
