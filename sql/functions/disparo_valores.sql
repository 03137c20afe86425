-- disparo_valores: what fills the placeholders of a firing, beside the person: its metadata, and of
-- `data` (instants, those of firings that share the message) the hours: 14h, 14h30, 9h e 10h30.
--
-- {hoje} and {data} stand for themselves where there is a `data`, {saudacao} always: fila_claim fills
-- them at the moment of sending.
create or replace function disparo_valores(metadata jsonb, datas timestamptz[], fuso text)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    valores jsonb := metadata || '{"saudacao": "{saudacao}"}';
    horas text[];
begin
    if datas[1] is null then
        return valores;
    end if;
    horas := array(
        select to_char(d at time zone fuso, 'FMHH24"h"')
            || case when extract(minute from d at time zone fuso) > 0 then to_char(d at time zone fuso, 'MI') else '' end
        from unnest(datas) d
        group by 1, d
        order by d);
    return valores || jsonb_build_object('hoje', '{hoje}', 'data', '{data}', 'hora',
        concat_ws(' e ', nullif(array_to_string(horas[:cardinality(horas) - 1], ', '), ''), horas[cardinality(horas)]));
end
$$;
