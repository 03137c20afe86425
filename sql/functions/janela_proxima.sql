-- janela_proxima: `em` itself when the window is open then, else its next opening; null when it does not
-- open within a year. The arguments are those of janela_aberta.
--
-- An opening that the clock skips is the first instant after; one that it shows twice, the first.
create or replace function janela_proxima(empresa uuid, proposito text, fuso text, em timestamptz)
returns timestamptz
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_zona constant text := fuso_valido(janela_proxima.fuso, janela_proxima.empresa);
    v_dia date := (janela_proxima.em at time zone v_zona)::date;
    v_ate constant date := v_dia + 366;
    v_abre timestamptz;
begin
    if janela_aberta(janela_proxima.empresa, janela_proxima.proposito, v_zona, janela_proxima.em) then
        return janela_proxima.em;
    end if;
    while v_dia <= v_ate loop
        select min(c.abre) into v_abre
        from janela_do_dia(janela_proxima.empresa, janela_proxima.proposito, v_dia) w
        cross join lateral (values ((v_dia + w.inicio) at time zone v_zona),
            ((v_dia + w.inicio) at time zone v_zona - interval '1 hour')) as c (abre)
        where c.abre > janela_proxima.em
          and (c.abre at time zone v_zona)::date = v_dia
          and (c.abre at time zone v_zona)::time >= w.inicio
          and (c.abre at time zone v_zona)::time < w.fim;
        if v_abre is not null then
            return v_abre;
        end if;
        v_dia := v_dia + 1;
    end loop;
    return null;
end
$$;
grant execute on function janela_proxima(uuid, text, text, timestamptz) to carteiro_ops_leitura, carteiro_ops_escrita;
