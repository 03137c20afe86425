-- feriado_nacional: what this day is by itself: 1 a national holiday, 2 an optional day off, 0 neither.
-- The same as feriados(ano), without making the list: the claim asks it.
create or replace function feriado_nacional(data date)
returns integer
language plpgsql immutable parallel safe
as $$
declare
    v_ano constant integer := extract(year from data);
    v_dia constant integer := extract(month from data)::integer * 100 + extract(day from data)::integer;
begin
    if v_dia in (101, 421, 501, 907, 1012, 1102, 1115, 1225) or v_dia = 1120 and v_ano >= 2024 then
        return 1;
    end if;
    if v_dia not between 202 and 624 then -- Carnival to Corpus Christi
        return 0;
    end if;
    return case data - carteiro.pascoa(v_ano) when -2 then 1 when -48 then 2 when -47 then 2 when 60 then 2 else 0 end;
end
$$;
