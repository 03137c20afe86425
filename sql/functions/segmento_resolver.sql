-- segmento_resolver: the segment of this name: the company's own, else the predefined one.
--
-- Raises 22023 that names `segmento`.
create or replace function segmento_resolver(dona uuid, nome text)
returns segmentos
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    achado segmentos;
begin
    select s.* into achado
    from segmentos s
    where s.nome = lower(btrim(segmento_resolver.nome)) and (s.empresa_id = dona or s.empresa_id is null)
    order by s.empresa_id nulls last
    limit 1;
    if achado.id is null then
        raise exception 'segmento: there is none called "%"', segmento_resolver.nome using errcode = '22023',
            hint = 'segmento_listar() shows those there are.';
    end if;
    return achado;
end
$$;
