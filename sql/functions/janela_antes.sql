-- janela_antes: `em` itself when the window is open then, else the last instant before it that is, a
-- minute before the closing: reminders move earlier. Null when there is none within a year. The
-- arguments are those of janela_aberta.
create or replace function janela_antes(empresa uuid, proposito text, fuso text, em timestamptz)
returns timestamptz
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_zona constant text := fuso_valido(janela_antes.fuso, janela_antes.empresa);
    v_dia date := (janela_antes.em at time zone v_zona)::date;
    v_ate constant date := v_dia - 366;
    v_fecha timestamptz;
begin
    if janela_aberta(janela_antes.empresa, janela_antes.proposito, v_zona, janela_antes.em) then
        return janela_antes.em;
    end if;
    while v_dia >= v_ate loop
        select max(c.fecha) into v_fecha
        from janela_do_dia(janela_antes.empresa, janela_antes.proposito, v_dia) w
        cross join lateral (
            select (v_dia + greatest(w.inicio, w.fim - interval '1 minute')) at time zone v_zona as fecha) as c
        where c.fecha < janela_antes.em
          and (c.fecha at time zone v_zona)::date = v_dia
          and (c.fecha at time zone v_zona)::time < w.fim;
        if v_fecha is not null then
            return v_fecha;
        end if;
        v_dia := v_dia - 1;
    end loop;
    return null;
end
$$;
grant execute on function janela_antes(uuid, text, text, timestamptz) to carteiro_ops_leitura, carteiro_ops_escrita;
