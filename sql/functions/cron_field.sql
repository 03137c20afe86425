-- cron_field: the values that one field of a cron expression stands for, in order. `campo` is 1 to 5
-- (minute, hour, day of month, month, day of week), `coluna` where it begins in the expression.
--
-- *, a number or name, a range, * or a range with a step, and lists of these. Sunday is 0 and 7, also as
-- the end of a range (sat-sun). Raises 22023 that names field, place, what was expected.
create or replace function cron_field(texto text, campo integer, coluna integer)
returns integer[]
language plpgsql immutable parallel safe
set search_path = carteiro, pg_temp
as $$
declare
    v_min constant integer := ('{0,0,1,1,0}'::integer[])[campo];
    v_max constant integer := ('{59,23,31,12,7}'::integer[])[campo];
    v_faixa constant text := ('{0 to 59,0 to 23,1 to 31,1 to 12 or jan to dec,0 to 7 or sun to sat}'::text[])[campo];
    v_onde text;
    v_esperado text;
    v_lugar integer := coluna;
    item text;
    parte text[];
    de integer;
    ate integer;
    passo integer;
    valores integer[] := '{}';
begin
    foreach item in array string_to_array(texto, ',') loop
        v_onde := format('cron: field %s (%s), character %s, "%s": ', campo,
            ('{minute,hour,day of month,month,day of week}'::text[])[campo], v_lugar, item);
        parte := regexp_match(item, '^(?:(\*)|([0-9]{1,6}|[a-z]+)(?:-([0-9]{1,6}|[a-z]+))?)(?:/([0-9]{1,6}))?$', 'i');
        de := case when parte[1] is not null then v_min else cron_value(parte[2], campo) end;
        ate := case when parte[1] is not null then v_max - (campo = 5)::integer
            when parte[3] is null then de
            when campo = 5 and de > 0 and cron_value(parte[3], campo) = 0 then 7
            else cron_value(parte[3], campo) end;
        passo := coalesce(parte[4]::integer, 1);
        v_esperado := case
            when parte is null then 'a value (' || v_faixa || '), a range such as 2-4, * or a range with a step such as */2, or a list of these'
            when de is null or ate is null or de not between v_min and v_max or ate not between v_min and v_max then v_faixa
            when de > ate then 'a range that ends after it begins'
            when parte[4] is not null and parte[1] is null and parte[3] is null then 'a step after * or a range, such as ' || de || '-' || v_max || '/' || passo
            when passo not between 1 and v_max then 'a step of 1 to ' || v_max
        end;
        if v_esperado is not null then
            raise exception '%expected %', v_onde, v_esperado using errcode = '22023';
        end if;
        valores := valores || array(select case when campo = 5 then v % 7 else v end from generate_series(de, ate, passo) v);
        v_lugar := v_lugar + length(item) + 1;
    end loop;
    return array(select distinct v from unnest(valores) v order by v);
end
$$;
